import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { type FactCatalogue, type FactType, factVersions } from './catalogue.ts';

/** A fact of the catalogue that is about to be told. */
export type CatalogueFact<Type extends FactType> = NewFact<Type, FactCatalogue[Type]>;

/** @param key of the thing that it is about */
export function newFact<Type extends FactType>(
  type: Type,
  key: string,
  payload: FactCatalogue[Type],
  at: Date,
): CatalogueFact<Type> {
  return { type, version: factVersions[type], key, occurredAt: at.toISOString(), payload };
}
