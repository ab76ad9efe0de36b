import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Files } from "@crm/core/kernel/ports.ts";
import { type Client, errorName } from "./client.ts";

/** Reads and writes whole objects of one bucket. */
export const s3Files = (client: Client, Bucket: string): Files => ({
  async put(Key, Body) {
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  },
  async get(Key) {
    try {
      const output = (await client.send(new GetObjectCommand({ Bucket, Key }))) as GetObjectCommandOutput;
      return await output.Body?.transformToByteArray();
    } catch (error) {
      if (errorName(error) === "NoSuchKey") return undefined;
      throw error;
    }
  },
  async list(Prefix, StartAfter) {
    const input = { Bucket, Prefix, MaxKeys: 1000, ...(StartAfter === undefined ? {} : { StartAfter }) };
    const output = (await client.send(new ListObjectsV2Command(input))) as ListObjectsV2CommandOutput;
    return (output.Contents ?? []).flatMap(({ Key }) => Key ?? []);
  },
  async delete(Key) {
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  },
});
