import { join } from "node:path";
import { CONSOLE_PATH } from "@crm/core/kernel/console-url.ts";
import { readConsoleHeaders } from "@crm/functions/pages/console-build.ts";
import { CONSOLE_ASSETS_PATH } from "@crm/functions/pages/console-path.ts";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  type HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseHeadersPolicyProps,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { type StackContext, use } from "sst/constructs";
import { useDeployment } from "./deployment.ts";
import { CONSOLE_LOG_PREFIX, PRIVATE_BUCKET_PROPS, Storage } from "./storage.ts";

/** Every address of the console is answered by its one page, which finds the rest in the address. Files have a behavior of their own. */
const PAGE_FUNCTION = `function handler(event) {
  event.request.uri = "${CONSOLE_PATH}/index.html";
  return event.request;
}`;

/**
 * Creates the bucket of the console and the behaviors of CloudFront that serve it, by path. `npm run deploy` uploads the files
 * (scripts/console-upload.ts), with their `Cache-Control`: CloudFront must not add that to an error.
 */
export function createConsoleBehaviors(context: StackContext): Record<string, BehaviorOptions> {
  const { stack } = context;
  const bucket = createConsoleBucket(context);
  const origin = S3BucketOrigin.withOriginAccessControl(bucket);
  const { files } = use(Storage);
  const uploadOrigin = `https://${files.bucketName}.s3.${stack.region}.${stack.urlSuffix}`;
  // SST bundles the stacks into a file at the root of the project, so paths relative to a module would lead elsewhere.
  const { page, assets } = readConsoleHeaders(join(process.cwd(), "packages/console/built"));
  const common = {
    origin,
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  };
  const pageBehavior: BehaviorOptions = {
    ...common,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    responseHeadersPolicy: createHeadersPolicy(context, "console-page-headers", {
      ...page,
      "content-security-policy": allowUploads(page["content-security-policy"] ?? "", uploadOrigin),
    }),
    functionAssociations: [
      {
        eventType: FunctionEventType.VIEWER_REQUEST,
        function: new EdgeFunction(stack, "console-page", {
          functionName: context.app.logicalPrefixedName("console-page"),
          comment: "Answers every address of the console with its page",
          code: FunctionCode.fromInline(PAGE_FUNCTION),
          runtime: FunctionRuntime.JS_2_0,
        }),
      },
    ],
  };
  return {
    [`${CONSOLE_ASSETS_PATH}*`]: {
      ...common,
      cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: createHeadersPolicy(context, "console-asset-headers", assets),
    },
    [CONSOLE_PATH]: pageBehavior,
    [`${CONSOLE_PATH}/*`]: pageBehavior,
  };
}

function createConsoleBucket({ stack, app }: StackContext): Bucket {
  const { settings } = useDeployment(app);
  const bucket = new Bucket(stack, "console", {
    ...PRIVATE_BUCKET_PROPS,
    removalPolicy: settings.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    serverAccessLogsBucket: Bucket.fromBucketName(stack, "access-logs", use(Storage).accessLogs.bucketName),
    serverAccessLogsPrefix: CONSOLE_LOG_PREFIX,
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
  });
  Annotations.of(bucket).acknowledgeWarning(
    "@aws-cdk/aws-s3:accessLogsPolicyNotAdded",
    "The stack of that bucket grants the permission.",
  );
  stack.addOutputs({ ConsoleName: bucket.bucketName });
  return bucket;
}

/** Lets the page send files to the bucket of files and show pictures from it, where links are signed for that host. No other host is allowed. */
export function allowUploads(policy: string, origin: string): string {
  return ["connect-src", "img-src"].reduce((text, directive) => {
    const start = `${directive} 'self'`;
    if (!text.includes(start))
      throw new Error(`The console's content security policy has no ${start}: run npm run build:console`);
    return text.replace(start, `${start} ${origin}`);
  }, policy);
}

/** Creates the policy that adds the headers of the build, except `Cache-Control`, which the objects have. */
function createHeadersPolicy(
  { stack, app }: StackContext,
  name: string,
  headers: Readonly<Record<string, string>>,
): ResponseHeadersPolicy {
  const {
    "cache-control": _onObjects,
    "content-security-policy": contentSecurityPolicy,
    "referrer-policy": referrerPolicy,
    "x-content-type-options": contentTypeOptions,
    ...others
  } = headers;
  // CloudFront refuses these headers as custom ones.
  const securityHeadersBehavior: ResponseHeadersPolicyProps["securityHeadersBehavior"] = {
    ...(contentSecurityPolicy ? { contentSecurityPolicy: { contentSecurityPolicy, override: true } } : {}),
    ...(referrerPolicy ? { referrerPolicy: { referrerPolicy: referrerPolicy as HeadersReferrerPolicy, override: true } } : {}),
    ...(contentTypeOptions ? { contentTypeOptions: { override: true } } : {}),
  };
  const customHeaders = Object.entries(others).map(([header, value]) => ({ header, value, override: true }));
  return new ResponseHeadersPolicy(stack, name, {
    responseHeadersPolicyName: app.logicalPrefixedName(name),
    securityHeadersBehavior,
    ...(customHeaders.length > 0 ? { customHeadersBehavior: { customHeaders } } : {}),
  });
}
