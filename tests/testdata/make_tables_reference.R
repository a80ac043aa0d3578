# Makes reference_tables.csv, the figures of R that the tests of two-way tables, quantile rules and replicate weights
# hold, and the random weights among them. Run last with R 4.2.2 and survey 4.5; test_make_reference_tables.py runs it
# again where there is R.
#
#   cd tests/testdata && Rscript make_tables_reference.R made
#
# Columns: case, design, call, quantity, level, value (12 significant digits). One section for each test file.

library(survey)  # 4.5

given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given) > 0) given[1] else "made"
dir.create(folder, showWarnings = FALSE)

apistrat <- read.csv("apistrat.csv", stringsAsFactors = TRUE)
apiclus1 <- read.csv("apiclus1.csv", stringsAsFactors = TRUE)

# The designs; r_reference.py has the same under DESIGNS.
DS <- list(
  strat_fpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  strat = svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat),
  clus1_fpc = svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1),
  clus1 = svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
)

rows <- list()

digits <- function(value) sprintf("%.12g", as.numeric(value))

add <- function(case, design, call, quantity, level, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    case = case, design = design, call = call, quantity = quantity, level = level, value = digits(value)
  )
}

run <- function(call, d) eval(parse(text = call), list2env(list(d = d), parent = globalenv()))

# Estimates and standard errors of a call, and design effects where it has them.
estimated <- function(case, design, call, d = DS[[design]], deff = FALSE) {
  result <- run(call, d)
  names <- names(coef(result))
  if (is.null(names)) names <- rep("", length(coef(result)))
  add(case, design, call, "estimate", names, coef(result))
  add(case, design, call, "se", names, as.vector(as.matrix(SE(result))))
  if (deff) add(case, design, call, "deff", names, as.vector(deff(result)))
}

# ---- tests/analysis/tables/test_crosstabs.py ----

for (key in names(DS)) {
  estimated("cells", key, "svymean(~interaction(stype, awards), d)")
  estimated("rows", key, "svyby(~awards, ~stype, d, svymean)")
  estimated("columns", key, "svyby(~stype, ~awards, d, svymean)")
  estimated("cells of a domain", key, 'svymean(~interaction(stype, awards), subset(d, sch.wide == "Yes"))')
}

# ---- tests/analysis/estimation/test_quantile_rules.py ----

RULES <- c("math", "school", "shahvaish", paste0("hf", 1:9))
quantiles <- function(case, design, variable, rule, type, d = DS[[design]], shares = c(0.1, 0.25, 0.5, 0.9)) {
  for (p in shares) {
    call <- sprintf("svyquantile(~%s, d, %g, qrule='%s', interval.type='%s', na.rm=TRUE)", variable, p, rule, type)
    found <- suppressWarnings(run(call, d))[[1]][1, ]
    # Limits have other names by some rules, never another order.
    level <- sprintf("%s:%s:%g", rule, type, p)
    add(case, design, call, c("quantile", "ci.2.5", "ci.97.5", "se"), level, as.vector(found))
  }
}
# R's Shah-Vaish depends on the unit of the weights; with the mean 1 it is what the paper says. With missing values the
# mean is that of the weights left.
unit <- function(key, kept) {
  d <- DS[[key]]
  d$prob <- d$prob * mean(weights(d)[kept])
  d
}
for (key in c("strat", "clus1", "clus1_fpc")) {
  all <- rep(TRUE, nrow(DS[[key]]))
  quantiles("rules", key, "api00", "shahvaish", "mean", unit(key, all))
  quantiles("ties", key, "I(round(acs.46))", "shahvaish", "mean", unit(key, !is.na(DS[[key]]$variables$acs.46)))
  for (rule in setdiff(RULES, "shahvaish")) quantiles("rules", key, "api00", rule, "mean")
  for (type in c("beta", "xlogit", "asin")) for (rule in c("math", "hf7")) quantiles("types", key, "api00", rule, type)
  # Many ties, and missing values.
  for (rule in setdiff(RULES, "shahvaish")) quantiles("ties", key, "I(round(acs.46))", rule, "mean")
  estimated("ratio", key, "svyratio(~api00, ~enroll, subset(d, !is.na(enroll)), deff = TRUE)", deff = TRUE)
  estimated("ratio replace", key, 'svyratio(~api00, ~enroll, subset(d, !is.na(enroll)), deff = "replace")', deff = TRUE)
}

# ---- tests/analysis/estimation/test_replicates.py ----

pairs <- read.csv("pairs.csv", stringsAsFactors = TRUE)
halves <- svydesign(id = ~psu, strata = ~stratum, weights = ~pw, data = pairs)
# R takes the matrix that it is given; this is Paley's, of order 24 for 20 strata.
paley <- survey:::paley(prime = 23)

# Random weights are kept, so that both sides estimate with the same ones.
RNGversion("4.2.2")
set.seed(20261127)
booted <- as.svrepdesign(DS$clus1, type = "bootstrap", replicates = 12, compress = FALSE)
subbed <- as.svrepdesign(DS$clus1, type = "subbootstrap", replicates = 12, compress = FALSE)
factors <- round(cbind(weights(booted, "replication"), weights(subbed, "replication")), 10)
colnames(factors) <- c(paste0("boot", 1:12), paste0("sub", 1:12))
write.csv(factors, file.path(folder, "replicate_factors.csv"), row.names = FALSE)
drawn <- function(name, scale, mse = FALSE) {
  svrepdesign(
    data = apiclus1, weights = ~pw, repweights = factors[, paste0(name, 1:12)], type = "other", combined.weights = FALSE,
    scale = scale, rscales = rep(1, 12), mse = mse
  )
}

REPLICATED <- list(
  JK1 = as.svrepdesign(DS$clus1, type = "JK1"),
  "JK1 mse" = as.svrepdesign(DS$clus1, type = "JK1", mse = TRUE),
  "JK1 fpc" = as.svrepdesign(DS$clus1_fpc, type = "JK1"),
  JKn = as.svrepdesign(DS$strat, type = "JKn"),
  "JKn fpc" = as.svrepdesign(DS$strat_fpc, type = "JKn"),
  "JKn pairs" = as.svrepdesign(halves, type = "JKn", mse = TRUE),
  BRR = as.svrepdesign(halves, type = "BRR", hadamard.matrix = paley),
  Fay = as.svrepdesign(halves, type = "Fay", fay.rho = 0.3, hadamard.matrix = paley),
  "Fay mse" = as.svrepdesign(halves, type = "Fay", fay.rho = 0.3, hadamard.matrix = paley, mse = TRUE),
  bootstrap = drawn("boot", booted$scale),
  subbootstrap = drawn("sub", subbed$scale, mse = TRUE)
)
SHARES <- c(0.13, 0.29, 0.53, 0.91)
for (key in names(REPLICATED)) {
  d <- REPLICATED[[key]]
  add("degrees", key, "degf(d)", "df", "", degf(d))
  for (level in c("E", "H", "M")) {
    call <- sprintf('degf(subset(d, stype == "%s"))', level)
    add("degrees", key, call, "df", level, run(call, d))
  }
  estimated("means", key, "svymean(~api00, d, deff = TRUE)", d, deff = TRUE)
  estimated("shares", key, "svymean(~awards, d)", d)
  estimated("totals", key, "svytotal(~enroll, d, na.rm = TRUE)", d)
  estimated("total of all", key, 'svytotal(~api00, d, deff = "replace")', d, deff = TRUE)
  estimated("ratios", key, "svyratio(~api00, ~enroll, d, na.rm = TRUE)", d)
  estimated("domains", key, "svyby(~api00, ~stype, d, svymean)", d)
  estimated(
    "contrasts", key, "svycontrast(svyby(~api00, ~stype, d, svymean, covmat = TRUE), list(HE = c(-1, 1, 0), MH = c(0, -1, 1)))", d
  )
  for (statistic in c("F", "Chisq")) {
    call <- sprintf("svychisq(~awards + stype, d, statistic = '%s')", statistic)
    found <- run(call, d)
    add("tests", key, call, "statistic", statistic, found$statistic)
    add("tests", key, call, "p", statistic, found$p.value)
  }
  estimated("rows of a table", key, "svyby(~awards, ~stype, d, svymean)", d)
  for (method in c("xlogit", "beta", "wilson", "mean")) {
    call <- sprintf("svyciprop(~I(awards == 'Yes'), d, method = '%s')", method)
    limits <- as.vector(attr(run(call, d), "ci"))
    add("limits", key, call, c("ci_low", "ci_high"), method, limits)
  }
  for (type in c("mean", "quantile", "xlogit")) for (rule in c("math", "hf7")) {
    # Shares that no sum of equal weights meets, where R leaves it to rounding which value is taken.
    quantiles("quantiles", key, "api00", rule, type, d, SHARES)
    quantiles("quantiles of some", key, "enroll", rule, type, d, SHARES)
  }
}

# Known totals are met by every set of weights.
wide <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
types <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
adjusted <- function(case, key, d) {
  estimated(case, key, "svymean(~api00, d)", d)
  estimated(paste("total", case), key, "svytotal(~enroll, d, na.rm = TRUE)", d)
  add(case, key, "degf(d)", "df", "", degf(d))
}
for (key in c("JK1", "bootstrap")) adjusted("post-stratified", key, postStratify(REPLICATED[[key]], ~sch.wide, wide))
exactly <- list(maxit = 1000, epsilon = 1e-12)
adjusted("raked", "JK1", rake(REPLICATED$JK1, list(~stype, ~sch.wide), list(types, wide), control = exactly))

# ---- tests/analysis/commands/test_replicates.py ----
# JK1, Fay and subbootstrap of above.

write.csv(do.call(rbind, rows), file.path(folder, "reference_tables.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
