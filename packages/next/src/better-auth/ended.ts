/** Set on an answer without a session when there was one that has ended. */
export const ENDED_HEADER = 'countersign-session'
