import { Clock } from "@crm/core/kernel/clock.ts";
import { expect } from "vitest";
import { defineScenario } from "../harness.ts";

/** Campaigns that start and end by their dates. */

const DAY_SECONDS = 86_400;
const LEASE_SECONDS = 400;
const day = (days: number): string => Clock.addSeconds(days * DAY_SECONDS).slice(0, 10);

const dates = defineScenario<{ id: string; waits: number[] }>({
  name: "a campaign from its first day to its last",
  covers: { subscribers: ["campaigns"], due: ["campaign"] },
  async prepare({ crm }) {
    const input = {
      name: "Struck",
      type: "EVENT",
      status: "PLANNING",
      follows_dates: true,
      start_date: day(2),
      end_date: day(4),
    };
    return { id: (await crm.createCampaign(input as never)).data.id, waits: [3, 3] };
  },
  countsWrite: (name) => name === "campaigns",
  async proceed({ system }, { waits }) {
    for (const days of waits.splice(0)) {
      await system.advance(days * DAY_SECONDS);
      // Interrupted work is handed out again before the next clock is due.
      await system.advance(LEASE_SECONDS);
      await system.advance(LEASE_SECONDS);
    }
    await system.advance(LEASE_SECONDS);
  },
  async check({ crm }, { id }) {
    expect((await crm.getCampaign({ id })).data).toMatchObject({ status: "COMPLETED", version: 3 });
  },
});

export const scenarios = [dates];
