import {
  EventDocument,
  MyEventsDocument,
  ProposeEventDocument,
  PublishEventDocument,
  UpdateProposalDocument,
  WithdrawProposalDocument,
} from '@tixgo/client/generated/documents.ts';
import { type Deployment, type Person, timesAroundNow } from '../deployment.ts';
import { expectError, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly user: Person;
  readonly id: string;
}

async function propose(user: Person, deployment: Deployment): Promise<string> {
  const input = { name: `Smoke test ${deployment.uniqueName()}`, ...timesAroundNow() };
  const { proposeEvent } = await user.tixgo.request(ProposeEventDocument, { input });
  deployment.madeEventIds.push(proposeEvent.id);
  expectSame('status', proposeEvent.status, 'DRAFT');
  return proposeEvent.id;
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const user = await deployment.register();
  return { user, id: await propose(user, deployment) };
}

export const proposals = journey<Scene>({
  name: 'proposals',
  scene: ['a user proposes an event', setScene],
  steps: {
    'it is among their own, and seen by nobody else': async ({ user, id }, { anyone }) => {
      const { myEvents } = await user.tixgo.request(MyEventsDocument);
      expectSame(
        'own events',
        myEvents.edges.map(({ node }) => node.id),
        [id],
      );
      await expectError(anyone.request(EventDocument, { id }), 'NOT_FOUND');
    },
    'they change it': async ({ user, id }) => {
      const { updateProposal } = await user.tixgo.request(UpdateProposalDocument, {
        id,
        input: { capacity: 50 },
      });
      expectSame('capacity', updateProposal.capacity, 50);
    },
    'they may not publish it themselves': async ({ user, id }) => {
      await expectError(user.tixgo.request(PublishEventDocument, { id }), 'FORBIDDEN');
    },
    'an admin publishes it, and it is out of their hands': async ({ user, id }, deployment) => {
      await (await deployment.admin()).request(PublishEventDocument, { id });
      const change = user.tixgo.request(UpdateProposalDocument, { id, input: { capacity: 60 } });
      await expectError(change, 'CONFLICT');
    },
    'another one they take back': async ({ user }, deployment) => {
      const id = await propose(user, deployment);
      const { withdrawProposal } = await user.tixgo.request(WithdrawProposalDocument, { id });
      expectSame('withdrawn', withdrawProposal, true);
      await expectError(user.tixgo.request(EventDocument, { id }), 'NOT_FOUND');
    },
  },
});
