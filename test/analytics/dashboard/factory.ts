import { type DomainFactory, makeTarget } from "../../invariants/registry/operation-input.ts";

const place = { x: 0, y: 0, width: 6, height: 2 };
const dashboard = (mark: string) => ({
  name: `${mark} dashboard`,
  tiles: [
    { ...place, type: "figure", figure: "bookings" },
    { ...place, x: 6, type: "funnel" },
  ],
});

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  privatePaths: ["/dashboards", "/kpis"],
  inputs: {
    createDashboard: async (_, { seeds: { mark } }) => dashboard(mark),
    replaceDashboard: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/dashboards", who) },
      ...dashboard(world.seeds.mark),
    }),
    updateDashboard: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/dashboards", who) },
      ...dashboard(world.seeds.mark),
    }),
    getDashboardData: async (app, world, who) => ({
      id: await makeTarget(app, world, "/dashboards", who),
      from: "2026-11-01",
      to: "2026-11-30",
    }),
    getDefaultDashboardData: async () => ({ from: "2026-11-01", to: "2026-11-30" }),
    createKpi: async (_, { seeds: { mark } }) => ({ name: `${mark} KPI`, figure: "bookings" }),
    replaceKpi: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/kpis", who) },
      ...{ name: `${world.seeds.mark} KPI`, figure: "bookings", target_type: "FIXED", target_value: "1200.00" },
    }),
    updateKpi: async (app, world, who) => ({ id: await makeTarget(app, world, "/kpis", who), name: `${world.seeds.mark} KPI` }),
  },
};
