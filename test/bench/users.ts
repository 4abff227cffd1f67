/** Users of the bench's queues: known to the destinations. */

export const waitingUser = (index: number): string => `waiting-${index}`;
