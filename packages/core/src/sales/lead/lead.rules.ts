/** Pure rules of leads. */

export { ratings, toRating } from "../scoring/rating.rules.ts";
