// biome-ignore-all lint/performance/noBarrelFile: the door of the published package, where one import is a courtesy
export type { PartialAnswer } from './answer.ts';
export { type ClientSettings, createClient, type RequestOptions, type TixGoClient } from './client.ts';
export type { TixGoErrorCode } from './error-codes.ts';
export { TixGoError } from './tixgo-error.ts';
export type { TypedDocument } from './typed-document.ts';
