import type { Plugin } from "rolldown";
import { parseAst } from "rolldown/parseAst";

/**
 * What of ElectroDB no function comes to. It defines entities, keys and indexes, and is asked for the item of a put and the key of a
 * query (storage/table/collection.ts): sending, pages, updates and whatever else it can do stays out of bundles, and says so if it
 * is come to all the same. A name is a function, a method or, of a class or an object, all that are in it.
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

/** What a class, a function, a method, a property or a variable is called. */
const readName = ({ type, key, id }: AstNode): unknown => (NAMED_TYPES.has(type) ? [key, id].find(isNode)?.name : undefined);

/** The bodies of the functions below a node. */
const findBodies = (node: AstNode): AstNode[] =>
  node.type === "BlockStatement" ? [node] : listChildren(node).flatMap((child) => findBodies(child));

/** The bodies of what has one of these names, which they are taken off. */
function findUnusedBodies(node: AstNode, names: ReadonlySet<string>, found: Set<string>): AstNode[] {
  const name = readName(node);
  if (typeof name !== "string" || !names.has(name))
    return listChildren(node).flatMap((child) => findUnusedBodies(child, names, found));
  const bodies = findBodies(node);
  if (bodies.length > 0) found.add(name);
  return bodies;
}

/** The file without them; a name that it no longer has fails the build. */
export function stripUnused(file: string, code: string): string {
  const names = new Set(unusedNames[file]?.split(/\s+/) ?? []);
  const found = new Set<string>();
  const bodies = findUnusedBodies(parseAst(code) as unknown as AstNode, names, found);
  const gone = [...names].filter((name) => !found.has(name));
  if (gone.length > 0) throw new Error(`electrodb/src/${file}.js has no ${gone.join(", ")} to leave out (stacks/electrodb.ts)`);
  return bodies.reduceRight(
    (text, { start, end }) => `${text.slice(0, start)}{ left(); }${text.slice(end)}`,
    `${code}${STUB_FUNCTION}`,
  );
}

const STUB_FUNCTION = `
  function left() { throw new Error("This part of ElectroDB is not in the bundle (stacks/electrodb.ts)"); }`;

const SOURCE_FILE = /\/electrodb\/src\/(\w+)\.js$/;

/** What is left of files, by their paths: each function's bundle asks for the same. */
const strippedSources = new Map<string, string>();

export const electrodbExclude: Plugin = {
  name: "electrodb",
  transform: {
    filter: { id: SOURCE_FILE },
    handler(code, id) {
      const left = strippedSources.get(id) ?? stripUnused(SOURCE_FILE.exec(id)?.[1] ?? "", code);
      strippedSources.set(id, left);
      return left;
    },
  },
};
