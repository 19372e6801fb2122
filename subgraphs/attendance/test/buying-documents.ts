/** Requests with a key: sent again they answer what they answered first. */
export const keyedDocuments = {
  reserveTickets: `mutation ($input: ReserveTicketsInput!) { answer: reserveTickets(input: $input) { __typename
    ... on Order { id } ... on SoldOut { available type { id } } ... on LimitExceeded { maxPerOrder } } }`,
  reserveListing: `mutation ($id: ID!, $key: String!) { answer: reserveListing(id: $id, idempotencyKey: $key) {
    __typename ... on Order { id } } }`,
  payOrder: `mutation ($input: PayOrderInput!) { answer: payOrder(input: $input) { __typename
    ... on Payment { id status clientSecret } ... on PaymentDeclined { reason payment { id } }
    ... on OrderNotPayable { orderStatus: status } } }`,
  checkIn: `mutation ($input: CheckInInput!) { answer: checkIn(input: $input) { __typename
    ... on CheckIn { id } ... on CheckInRefusal { reason } } }`,
} as const;

export type KeyedDocument = keyof typeof keyedDocuments;

export const documents = {
  register: `mutation ($input: RegisterInput!) { answer: register(input: $input) { accessToken } }`,
  createEvent: `mutation ($input: CreateEventInput!) { answer: createEvent(input: $input) { id } }`,
  createTicketType: `mutation ($input: CreateTicketTypeInput!) { answer: createTicketType(input: $input) { id } }`,
  cancelEvent: `mutation ($id: ID!) { answer: cancelEvent(id: $id, reason: "Storm") { id } }`,
  cancelOrder: `mutation ($id: ID!) { answer: cancelOrder(id: $id) { id } }`,
  completeSandboxAction: `mutation ($clientSecret: String!, $authenticate: Boolean!) {
    answer: completeSandboxAction(clientSecret: $clientSecret, authenticate: $authenticate) { id status } }`,
  myTickets: `{ answer: myTickets(first: 10) { edges { node { id code status event { id }
    type { price { amount currency } } } } } }`,
  transferTicket: `mutation ($id: ID!, $to: String!) {
    answer: transferTicket(id: $id, toUsername: $to) { id codeNumber } }`,
  listTicket: `mutation ($id: ID!, $price: MoneyInput!) { answer: listTicket(ticketId: $id, price: $price) { id } }`,
  cancelListing: `mutation ($id: ID!) { answer: cancelListing(id: $id) { id } }`,
  refundPayment: `mutation ($id: ID!) { answer: refundPayment(id: $id, reason: "Ill") { id } }`,
} as const;
