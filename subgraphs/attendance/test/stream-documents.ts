export const checkIns = /* GraphQL */ `
  subscription ($eventId: ID!, $after: ID) {
    checkIns(eventId: $eventId, after: $after) { id ticketId gate undoneAt checkedInBy { username } }
  }
`;

export const attendanceChanged = /* GraphQL */ `
  subscription ($eventId: ID!) { attendanceChanged(eventId: $eventId) { totalCheckedIn inside refused } }
`;
