/** How far a walk through the members of a batch is (step-clocks.ts). Pure. */
export interface Walk {
  after: string | null;
  isSecond: boolean;
}

export const beginning: Walk = { after: null, isSecond: false };
