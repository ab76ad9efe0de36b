/** Pure rules of leads. */

export { type Rating, ratings, toRating } from "../scoring/rating.rules.ts";
