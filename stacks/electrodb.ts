import type { Plugin } from "rolldown";
import { parseAst } from "rolldown/parseAst";

/**
 * Names in ElectroDB that no function uses. Here ElectroDB defines entities, keys and indexes, and computes the item of a put and the key of
 * a query (storage/table/collection.ts). Sending, paging, updates and the rest stay out of bundles, and throw if they are called. A name is
 * a function or a method; the name of a class or an object stands for all functions in it.
 */
const unusedNames: Readonly<Record<string, string>> = {
  entity: `_addLogger _batchGetParams _batchWriteParams _buildQueryFacets _chain _compositeQueryParams _constructPagerIndex
    _createNewBatchGetOrderMaintainer _deconstructIndex _exec _findBestIndexKeyMatch _formatDefaultResponse
    _formatExclusiveStartKey _formatKeysToItem _formatSuppliedPager _fromCompositeToCursor _fromCompositeToCursorByIndex
    _fromCompositeToKeys _fromCursorToComposite _fromCursorToCompositeByIndex _fromCursorToKeys _fromCursorToKeysByIndex
    _fromKeysToComposite _fromKeysToCompositeByIndex _fromKeysToCursor _fromKeysToCursorByIndex _getCollectionSk
    _getComparisonOperator _getPrimaryIndexFieldNames _getUpdatedKeys _makeBetweenQueryParams _makeComparisonQueryParams
    _makeIndexKeysWithoutTail _makeKeysFromAttributes _makeParameterKey _makeScanParam _makeSimpleIndexParams
    _makeUpdateParams _makeUpsertParams _maybeApplyUpsertUpdate _normalizeConcurrencyValue _normalizeLimitValue
    _normalizePagesValue _normalizeSubCollections _parseComposedKey _parseFacets _safeMinimum _toSubCollectionArray
    _trimKeysToIndex _updateExpressionBuilder _verifyKeys applyBulkGetResponseFormatting applyIdentifierExpressionState
    cleanseRetrievedData collection delete executeBulkGet executeBulkWrite executeOperation executeQuery find
    formatBulkWriteResponse formatResponse get getEntityIdentifiers go hydrate is match matchToEntityAlias ownsItem ownsKeys
    ownsPager scan setIdentifier`,
  schema: `ListAttribute MapAttribute SetAttribute _makeRemoveFixings buildChildAttributes buildChildListItems
    buildChildMapProperties buildChildSetItems checkOperation checkRemove checkUpdate formatItemForRetrieval
    translateFromFields`,
  clauses: `add append applyCondition applyFilter batchAction begins between clusteredCollection
    collection commit composite compositeCollection create createSubState data delete get go gt gte
    handleNonIsolatedCollection ifNotExists lt lte patch remove scan set subtract unsafeApplyFilter update updateDelete
    updateRemove upsert upsertAdd upsertAppend upsertIfNotExists upsertSet upsertSubtract`,
  client: "_transact _wrapRequest identifyClientVersion promiseWrap transactGet transactWrite",
  filters: "_buildFilterAttributes buildClause getExpressionType",
  operations: "formatExpressionName fromArray pathProxy performOperation setName",
  update: "addComposite buildCallbackHandler set",
  updateOperations: "UpdateOperations",
  util: "applyBetaModelOverrides batchItems defineOrder getInstanceType removeFixings removePadding shiftSortOrder",
  where: "add buildClause getExpressionType unsafeSet",
};

interface AstNode {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is AstNode => typeof value === "object" && value !== null && "type" in value;

const listChildren = (node: AstNode): AstNode[] => Object.values(node).flat().filter(isNode);

const NAMED_TYPES = new Set(["ClassDeclaration", "FunctionDeclaration", "MethodDefinition", "Property", "VariableDeclarator"]);

/** Returns the name of a class, function, method, property or variable. */
const readName = ({ type, key, id }: AstNode): unknown => (NAMED_TYPES.has(type) ? [key, id].find(isNode)?.name : undefined);

/** Returns the bodies of the functions below a node. */
const findBodies = (node: AstNode): AstNode[] =>
  node.type === "BlockStatement" ? [node] : listChildren(node).flatMap((child) => findBodies(child));

/** Returns the bodies to remove: those in nodes with one of these names. Adds each name that it finds to `foundNames`. */
function findUnusedBodies(node: AstNode, names: ReadonlySet<string>, foundNames: Set<string>): AstNode[] {
  const name = readName(node);
  if (typeof name !== "string" || !names.has(name))
    return listChildren(node).flatMap((child) => findUnusedBodies(child, names, foundNames));
  const bodies = findBodies(node);
  if (bodies.length > 0) foundNames.add(name);
  return bodies;
}

/** Returns the file without the bodies of its unused names. Throws if the file no longer has one of the names. */
export function stripUnused(file: string, code: string): string {
  const names = new Set(unusedNames[file]?.split(/\s+/) ?? []);
  const foundNames = new Set<string>();
  const bodies = findUnusedBodies(parseAst(code) as unknown as AstNode, names, foundNames);
  const missingNames = [...names].filter((name) => !foundNames.has(name));
  if (missingNames.length > 0)
    throw new Error(
      `electrodb/src/${file}.js does not contain ${missingNames.join(", ")}; update the list in stacks/electrodb.ts`,
    );
  return bodies.reduceRight(
    (text, { start, end }) => `${text.slice(0, start)}{ left(); }${text.slice(end)}`,
    `${code}${STUB_FUNCTION}`,
  );
}

const STUB_FUNCTION = `
  function left() { throw new Error("This part of ElectroDB is not in the bundle (stacks/electrodb.ts)"); }`;

const SOURCE_FILE = /\/electrodb\/src\/(\w+)\.js$/;

/** Stripped sources, by file path: each bundle needs the same. */
const strippedSources = new Map<string, string>();

export const electrodbExclude: Plugin = {
  name: "electrodb",
  transform: {
    filter: { id: SOURCE_FILE },
    handler(code, id) {
      const strippedCode = strippedSources.get(id) ?? stripUnused(SOURCE_FILE.exec(id)?.[1] ?? "", code);
      strippedSources.set(id, strippedCode);
      return strippedCode;
    },
  },
};
