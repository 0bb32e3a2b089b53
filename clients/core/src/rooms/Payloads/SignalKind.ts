/** What a record of class 6 says, by its payload's first byte (section 8). */
export const SignalKind = { Pulse: 1, Spotlight: 2, Highlights: 3, Cleared: 4, States: 5 } as const;
export type SignalKind = (typeof SignalKind)[keyof typeof SignalKind];
