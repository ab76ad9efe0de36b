import {
  type CreateGlobalSecondaryIndexAction,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { table } from "@crm/core/storage/table/table.ts";

/** The table's name on a DynamoDB-compatible server. */
export const TABLE_NAME = "crm";

/** Creates the table if it is missing, and adds indexes that a later release introduced. */
export async function ensureTable(client: DynamoDBClient, name = TABLE_NAME): Promise<void> {
  const present = await describeTable(client, name);
  if (present) {
    const existingNames = new Set(present.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName));
    for (const index of table.indexes) if (!existingNames.has(index.name)) await addIndex(client, name, index);
    return;
  }
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: table.keys.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: table.partitionKey, KeyType: "HASH" },
        { AttributeName: table.sortKey, KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: table.indexes.map(buildIndex),
      StreamSpecification: { StreamEnabled: true, StreamViewType: table.streamViewType },
    }),
  );
}

async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type IndexDefinition = (typeof table.indexes)[number];

const buildIndex = (index: IndexDefinition): GlobalSecondaryIndex => ({
  IndexName: index.name,
  KeySchema: [
    { AttributeName: index.partitionKey, KeyType: "HASH" },
    { AttributeName: index.sortKey, KeyType: "RANGE" },
  ],
  Projection:
    index.projected.length > 0
      ? { ProjectionType: "INCLUDE", NonKeyAttributes: [...index.projected] }
      : { ProjectionType: "KEYS_ONLY" },
});

async function addIndex(client: DynamoDBClient, name: string, index: IndexDefinition): Promise<void> {
  const AttributeDefinitions = [index.partitionKey, index.sortKey].map((AttributeName) => ({
    AttributeName,
    AttributeType: "S" as const,
  }));
  const Create = buildIndex(index) as CreateGlobalSecondaryIndexAction;
  await client.send(new UpdateTableCommand({ TableName: name, AttributeDefinitions, GlobalSecondaryIndexUpdates: [{ Create }] }));
}

/** Whether a request got no answer: the server does not listen, or its process ended. */
export function isConnectionLost(error: unknown): boolean {
  const { code, name, $metadata } = error as { code?: string; name?: string; $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode === undefined && (CONNECTION_ERROR_CODES.has(code ?? "") || name === "TimeoutError");
}

const CONNECTION_ERROR_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET"]);
