/** What both explorers open with: works signed out, and says what signing in adds. */
export const firstQuery = `# Press the play button, or Ctrl+Enter.
# Signed in as COMMITTEE or ADMIN, add inside "node":
#   summary { attendance { totalCheckedIn } }
query Events {
  events(first: 5) {
    edges {
      node {
        id
        name
        startsAt
        venue {
          name
          city
        }
      }
    }
  }
}
`;
