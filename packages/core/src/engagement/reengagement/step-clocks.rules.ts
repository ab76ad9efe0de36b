/** How far a walk through the members of a batch is (step-clocks.ts). Pure. */
export interface WalkCheckpoint {
  after: string | null;
  isSecond: boolean;
}

export const initialCheckpoint: WalkCheckpoint = { after: null, isSecond: false };
