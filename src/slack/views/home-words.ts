/** Asks again before people are asked. */
export const GO_LIVE = {
  title: 'Go live?',
  text: 'From now on people are asked about unusual new grants. What was computed in shadow stays listed.',
  yes: 'Go live',
} as const
