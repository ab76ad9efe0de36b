/** Read and write units that commands have used, by table and index, for tests and benchmarks that count them. */
export interface Meter {
  read: number;
  write: number;
  commands: number;
}

interface Capacity {
  CapacityUnits?: number;
}

/** Adds what a command consumed, which it must have been asked for. */
export function addCapacity(meter: Meter, command: object, output: unknown): void {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: Capacity | Capacity[] };
  const reads = /^(Get|Query|BatchGet|TransactGet)Command$/.test(command.constructor.name);
  meter.commands++;
  for (const capacity of [ConsumedCapacity ?? []].flat()) {
    meter[reads ? "read" : "write"] += capacity.CapacityUnits ?? 0;
  }
}
