# Writes test/engagement/campaign/ab-test-reference.json: 200 random A/B tests, evaluated with the tests of R. ab-test.test.ts compares them with
# ab-test.rules.ts. From the root of the project, with R 4.2 or later and no packages:
#   Rscript scripts/ab-test-reference.R && npx biome check --write test/engagement/campaign/ab-test-reference.json
#
# Each entry is one test: confidence level, minimum sample size, shares, and the columns assigned, delivered and successes of the variants; then the
# results: p of the shares, p and Holm's p of all pairs (1-2, 1-3, …, 2-3, …), lower and upper ends of Wilson's intervals, outcome and index of the
# winner (from 0, null without one).

set.seed(20261128, kind = "Mersenne-Twister", normal.kind = "Inversion", sample.kind = "Rejection")

pick <- function(values) values[[sample(length(values), 1)]]

draw_test <- function(index) {
  count <- 2 + index %% 4
  size <- round(10^runif(1, 1, 4.5)) * count
  shares <- if (runif(1) < 0.7) rep(1, count) else sample(1:4, count, replace = TRUE)
  # Every eighth split is distorted.
  split <- if (index %% 8 == 0) shares * runif(count, 0.8, 1.2) else shares
  assigned <- as.vector(rmultinom(1, size, split / sum(split)))
  delivered <- rbinom(count, assigned, pick(list(1, 0.97, 0.8)))
  base <- pick(list(0.02, 0.1, 0.3, 0.6))
  rates <- base * runif(count, 0.75, 1.25)
  # In every third test one variant is clearly better.
  if (index %% 3 == 0) rates[sample(count, 1)] <- base * 1.5
  successes <- rbinom(count, delivered, rates)
  # Degenerate tables: no successes, successes only, a variant without mails, equal variants.
  if (index %% 25 == 1) successes <- rep(0, count)
  if (index %% 25 == 2) successes <- delivered
  if (index %% 25 == 3) { delivered[1] <- 0; successes[1] <- 0 }
  if (index %% 25 == 4) {
    assigned <- rep(assigned[1], count); delivered <- rep(delivered[1], count); successes <- rep(successes[1], count); shares <- rep(1, count)
  }
  list(level = pick(list(80, 90, 92.5, 95, 99, 99.9)), minimum = pick(list(1, 50, 100, 500)), shares = shares,
       assigned = assigned, delivered = delivered, successes = successes)
}

# Without mails, without successes, and with successes only, prop.test has no result: there is no difference that could be seen.
compare <- function(test, a, b) {
  n <- test$delivered[c(a, b)]; x <- test$successes[c(a, b)]
  if (any(n == 0) || sum(x) == 0 || sum(x) == sum(n)) return(1)
  suppressWarnings(prop.test(x, n, correct = FALSE))$p.value
}

wilson <- function(successes, delivered, level) {
  if (delivered == 0) return(c(0, 1))
  as.vector(suppressWarnings(prop.test(successes, delivered, conf.level = level / 100, correct = FALSE))$conf.int)
}

evaluate <- function(test) {
  count <- length(test$delivered)
  pairs <- combn(count, 2)
  p <- apply(pairs, 2, function(pair) compare(test, pair[1], pair[2]))
  holm <- p.adjust(p, "holm")
  intervals <- mapply(wilson, test$successes, test$delivered, test$level)
  shares_p <- suppressWarnings(chisq.test(test$assigned, p = test$shares / sum(test$shares)))$p.value
  rate <- test$successes / test$delivered
  beats <- function(a, b) {
    pair <- which(pairs[1, ] == min(a, b) & pairs[2, ] == max(a, b))
    holm[pair] < 1 - test$level / 100 && rate[a] > rate[b]
  }
  winner <- NA
  outcome <- if (shares_p < 0.001) "unequal_shares" else if (any(test$delivered < test$minimum)) "inconclusive" else {
    winners <- Filter(function(a) all(sapply(setdiff(seq_len(count), a), function(b) beats(a, b))), seq_len(count))
    if (length(winners) == 1) winner <- winners - 1
    if (length(winners) == 1) "winner" else "no_difference"
  }
  c(test, list(shares_p = shares_p, p = p, p_holm = holm, low = intervals[1, ], high = intervals[2, ], outcome = outcome, winner = winner))
}

to_json <- function(value) {
  if (is.character(value)) return(sprintf('"%s"', value))
  if (length(value) == 1 && is.na(value)) return("null")
  sprintf("%.15g", value)
}
lists <- c("shares", "assigned", "delivered", "successes", "p", "p_holm", "low", "high")
write_test <- function(test) {
  fields <- mapply(function(name, value) {
    text <- paste(to_json(value), collapse = ",")
    sprintf('"%s":%s', name, if (name %in% lists) sprintf("[%s]", text) else text)
  }, names(test), test)
  sprintf("{%s}", paste(fields, collapse = ","))
}

tests <- lapply(1:200, function(index) write_test(evaluate(draw_test(index))))
writeLines(c(sprintf('{"r_version":"%s","tests":[', R.version.string), paste(unlist(tests), collapse = ",\n"), "]}"),
           "test/engagement/campaign/ab-test-reference.json")
