/** Consumed read and write units of commands, by table and index, for tests and benchmarks. */
export interface Meter {
  read: number;
  write: number;
  commands: number;
}

interface Capacity {
  CapacityUnits?: number;
}

/** Adds a command's consumed capacity to the meter. The command must have asked for it. */
export function addCapacity(meter: Meter, command: object, output: unknown): void {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: Capacity | Capacity[] };
  const reads = /^(Get|Query|BatchGet|TransactGet)Command$/.test(command.constructor.name);
  meter.commands++;
  for (const capacity of [ConsumedCapacity ?? []].flat()) {
    meter[reads ? "read" : "write"] += capacity.CapacityUnits ?? 0;
  }
}
