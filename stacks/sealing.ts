import type { FunctionName } from "@crm/functions/api/index.ts";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";

/** Functions of the request path that seal values and open them: their entry points serve with `sealingPorts`. */
export const sealing: ReadonlySet<FunctionName> = new Set<FunctionName>(["persons", "leads"]);

/** Leave to draw data keys and to open them, none without a tenant to whom it is bound. */
export const useKey = (key: IKey): PolicyStatement =>
  new PolicyStatement({
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    resources: [key.keyArn],
    conditions: { StringLike: { "kms:EncryptionContext:tenant": "ten_*" } },
  });
