import { usePorts } from "@crm/core/kernel/context.ts";
import { requestRenewal } from "@crm/core/platform/columns/column-work.ts";
import { recountTenants } from "@crm/core/storage/stream/recount-nightly.ts";

export async function run(): Promise<void> {
  await requestRenewal();
  await recountTenants(usePorts());
}
