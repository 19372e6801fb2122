export const createEvent = /* GraphQL */ `
  mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }
`;

export const cancelEvent = /* GraphQL */ `
  mutation ($id: ID!) { cancelEvent(id: $id, reason: "Storm") { status } }
`;

export const createType = /* GraphQL */ `
  mutation ($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }
`;

export const reserveTickets = /* GraphQL */ `
  mutation ($input: ReserveTicketsInput!) {
    answer: reserveTickets(input: $input) {
      __typename
      ... on Order { id expiresAt total { amount } }
      ... on SoldOut { available soldOut: type { id } }
      ... on SalesClosed { closed: type { id } }
    }
  }
`;

export const cancelOrder = /* GraphQL */ `
  mutation ($id: ID!) { answer: cancelOrder(id: $id) { status } }
`;

export const payOrder = /* GraphQL */ `
  mutation ($input: PayOrderInput!) {
    answer: payOrder(input: $input) {
      __typename
      ... on Payment { id status clientSecret }
      ... on PaymentDeclined { reason payment { id } }
      ... on OrderNotPayable { orderStatus: status }
    }
  }
`;

export const completeAction = /* GraphQL */ `
  mutation ($secret: String!, $authenticate: Boolean!) {
    answer: completeSandboxAction(clientSecret: $secret, authenticate: $authenticate) { id status }
  }
`;

export const refundPayment = /* GraphQL */ `
  mutation ($id: ID!) { answer: refundPayment(id: $id, reason: "Ill") { id status } }
`;

export const transferTicket = /* GraphQL */ `
  mutation ($id: ID!, $to: String!) {
    answer: transferTicket(id: $id, toUsername: $to) { codeNumber holder { id } }
  }
`;

export const listTicket = /* GraphQL */ `
  mutation ($id: ID!, $price: Int!) {
    answer: listTicket(ticketId: $id, price: { amount: $price, currency: "EUR" }) { id }
  }
`;

export const cancelListing = /* GraphQL */ `
  mutation ($id: ID!) { answer: cancelListing(id: $id) { status } }
`;

export const reserveListing = /* GraphQL */ `
  mutation ($id: ID!, $key: String!) {
    answer: reserveListing(id: $id, idempotencyKey: $key) {
      __typename
      ... on Order { id expiresAt total { amount } }
    }
  }
`;

export const settlePayout = /* GraphQL */ `
  mutation ($id: ID!) { answer: settlePayout(id: $id) { status } }
`;

export const blockTicket = /* GraphQL */ `
  mutation ($id: ID!) { answer: blockTicket(id: $id, reason: "Lost") { blocked } }
`;

export const unblockTicket = /* GraphQL */ `
  mutation ($id: ID!) { answer: unblockTicket(id: $id) { blocked } }
`;

export const checkIn = /* GraphQL */ `
  mutation ($input: CheckInInput!) {
    answer: checkIn(input: $input) {
      __typename
      ... on CheckIn { id ticketId }
      ... on CheckInRefusal { reason }
    }
  }
`;

export const undoCheckIn = /* GraphQL */ `
  mutation ($id: ID!) { answer: undoCheckIn(id: $id, reason: "Mistake") { undoneAt } }
`;

/** Everything that an admin sees of a sale. */
export const lookAtSale = /* GraphQL */ `
  query ($eventId: ID!, $event: [_Any!]!) {
    types: _entities(representations: $event) {
      ... on Event { ticketTypes { id available } }
    }
    orders(filter: { eventId: $eventId }, first: 100) {
      edges {
        node {
          id status expiresAt
          buyer { id }
          total { amount }
          lines { quantity type { id } }
          tickets { id status doorStanding codeNumber code admitted version type { id } holder { id } order { id } }
        }
      }
    }
    payouts(first: 100) { edges { node { id status listing { id } } } }
  }
`;

export const lookAtPayments = /* GraphQL */ `
  query { payments(first: 100) { edges { node { id status order { id } } } } }
`;
