/** Exports of the SDK that functions use, by client. A bundle of only these is the lower limit of a cold start (bundles.ts). */

export { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
export { DecryptCommand, GenerateDataKeyCommand, KMSClient } from "@aws-sdk/client-kms";
export { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
export { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
export { GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
export { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
export {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";

export const clientExports: Readonly<Record<string, readonly string[]>> = {
  "client-dynamodb": ["DynamoDBClient"],
  "client-eventbridge": ["EventBridgeClient", "PutEventsCommand"],
  "client-kms": ["DecryptCommand", "GenerateDataKeyCommand", "KMSClient"],
  "client-s3": ["DeleteObjectCommand", "GetObjectCommand", "ListObjectsV2Command", "PutObjectCommand", "S3Client"],
  "client-sesv2": ["SESv2Client", "SendEmailCommand"],
  "client-ssm": ["GetParametersCommand", "SSMClient"],
  "client-sts": ["AssumeRoleCommand", "STSClient"],
  "lib-dynamodb": [
    "BatchGetCommand",
    "BatchWriteCommand",
    "DynamoDBDocumentClient",
    "GetCommand",
    "PutCommand",
    "QueryCommand",
    "TransactGetCommand",
    "TransactWriteCommand",
    "UpdateCommand",
  ],
};
