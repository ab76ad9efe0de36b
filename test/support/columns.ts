import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { forgetRows } from "@crm/core/storage/read/column-cache.ts";
import { send } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import type { App } from "@crm/local/app.ts";

/** Removes the columns of a kind that a settled stream has asked for, so that its lists read no more than one request may. */
export const removeColumns = ({ ports }: App, tenant: string, kind: string): Promise<void> =>
  runIn(systemContext(ports, tenant, "test"), async () => {
    await send(new DeleteCommand({ TableName: ports.database.table, Key: { pk: tenantKey(tenant, "COLUMNS"), sk: kind } }));
    forgetRows(kind);
  });
