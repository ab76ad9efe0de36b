/** The checkpoint of a walk over the members of a batch (step-clocks.ts). Pure. */
export interface WalkCheckpoint {
  after: string | null;
  isSecond: boolean;
}

export const initialCheckpoint: WalkCheckpoint = { after: null, isSecond: false };
