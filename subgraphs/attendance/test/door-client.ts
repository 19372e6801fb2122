/** Asks a host, or what stands in front of several, by GraphQL over HTTP. */
export class DoorClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  async graphql(query: string, variables: Record<string, unknown> = {}, token?: string): Promise<any> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  }

  /** The access token of somebody, the first admin unless named. */
  async signIn(username = 'admin', password = 'admin123'): Promise<string> {
    const login = 'mutation ($input: LoginInput!) { login(input: $input) { accessToken } }';
    const { data, errors } = await this.graphql(login, { input: { username, password } });
    if (errors) throw new Error(JSON.stringify(errors));
    return data.login.accessToken;
  }

  /** An event with an open door that everybody may enter once; answers its id. */
  async openEvent(token: string, change: Record<string, unknown> = {}): Promise<string> {
    const input = {
      name: 'An event',
      startsAt: '2026-07-01T10:00:00Z',
      endsAt: '2026-07-02T10:00:00Z',
      timezone: 'UTC',
      admission: 'OPEN',
      ...change,
    };
    const create = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
    const { data, errors } = await this.graphql(create, { input }, token);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.createEvent.id;
  }

  /** What the door says: `CheckIn` or `CheckInRefusal`; undefined when nobody answered. */
  async scan(token: string, eventId: string, ticketId: string): Promise<string | undefined> {
    const scan = 'mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }';
    try {
      const { data } = await this.graphql(scan, { input: { eventId, ticketId } }, token);
      return data?.checkIn.__typename;
    } catch {
      return undefined;
    }
  }
}
