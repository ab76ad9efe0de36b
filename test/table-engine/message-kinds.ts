/** Kinds of messages that the engines word differently, or report in another order where a command has several errors. */

export const UNCHECKED =
  /^Invalid UpdateExpression: Incorrect operand type|^Invalid \w+Expression: (The expression can not be empty|Two document paths|The function is not allowed)|^Invalid (Filter|Condition|KeyCondition)Expression: (Incorrect operand type|The BETWEEN operator requires|Invalid attribute type name|The first operand must be distinct|Invalid function name|The function is not allowed|Incorrect number of operands|Operator or function requires)/;
export const LIMITS =
  /^Invalid \w+Expression: (The expression contains too many operators|The document path has too many nesting levels|The IN operator is provided with too many operands|List index is not within)/;
export const RUN_TIME =
  /^(The document path provided in the update expression is invalid|An operand in the update expression has an incorrect data type|The provided expression refers to an attribute that does not exist|Number (over|under)flow|The update expression attempted|Attempting to store more than 38|Item size to update|Operands for . must be numbers|list_append requires)/;

/** Messages of one meaning: ours, dynoxide's. */
export const TEXTS: readonly (readonly [ours: RegExp, theirs: RegExp])[] = [
  [
    /Syntax error; token/,
    /Expression: (Expected|Unexpected)|^Expected|^Unexpected|Syntax error|unused in expressions|reserved keyword/,
  ],
  [/^Invalid \w+Expression: /, /Expected |Unexpected /],
  [/failed to satisfy constraint/, /failed to satisfy constraint|^missing field/],
  [/'clientRequestToken' failed/, /./],
  [/^Invalid Request: TransactWriteRequest|^TransactItems can only contain/, /must contain exactly one action|^missing field/],
  [/Incorrect operand type for operator or function/, /Incorrect operand type for operator or function|must be numbers/],
  [/Two document paths/, /Two document paths/],
  [/cannot be converted to a numeric value/, /cannot be converted to a numeric value/],
  [/Input collection .*contains duplicates/, /Input collection .*contains duplicates/],
  [/KeyCondition|key condition/i, /Key|key|Expected|Unexpected|Unknown|not defined|Syntax/],
  [/The provided key element does not match the schema/, /starting key is invalid|Missing the key|Type mismatch for key/],
  [/^The provided starting key is/, /^The provided starting key is/],
  [
    /can only be specified when using expressions/,
    /must be specified in the request|can only be specified when using expressions/,
  ],
  [
    /Attribute name is a reserved keyword|^Invalid ConditionExpression/,
    /Expected (attribute name|operand)|unused in expressions|redundant parentheses/,
  ],
  [/^ReturnValues can only be/, /'returnValues' failed to satisfy constraint/],
  [/Condition parameter type does not match/, /^Cannot convert/],
  [/secondary index key/, /secondary index key|Type mismatch for Index Key/],
  [/One or more parameter values were invalid/, /secondary index key/],
  [/Type mismatch for Index Key/, /Type mismatch for Index Key/],
  [/^ExpressionAttribute(Names|Values) (contains invalid key|must not be empty)/, /unused in expressions|is not defined/],
  [/Syntax error; token/, /Incorrect number of operands/],
  [/^The provided starting key is/, /provided key element does not match/],
  [/^ExpressionAttributeNames can only/, /unused in expressions/],
  [/^Invalid UpdateExpression: (Incorrect number|Invalid function|Operator or function)/, /Syntax error|Expected/],
  [/Attribute name is a reserved keyword/, /Syntax error/],
  [/Type mismatch for Index Key/, /^The provided expression refers|^The document path|^An operand in the update/],
  [/^Item size has exceeded/, /can only be specified when using expressions/],
  [/^The provided starting key/, /^Filter Expression can only/],
  [/does not have the specified index/, /^Consistent reads/],
  [/has exceeded the maximum allowed size/, /unused in expressions|Expected|exceeded/],
  [/The function is not allowed/, /Invalid function name|Syntax error|Expected|Unexpected|not allowed/],
];
