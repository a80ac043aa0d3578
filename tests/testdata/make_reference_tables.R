# Makes reference_tables.csv, the figures of R that the tests of two-way tables, quantile rules and replicate weights
# hold, and the random weights among them. Run last with R 4.2.2 and survey 4.5; test_make_reference_tables.py runs it
# again where there is R.
#
#   cd tests/testdata && Rscript make_reference_tables.R made
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
quantiles <- function(case, design, variable, rule, type, d = DS[[design]]) {
  for (p in c(0.1, 0.25, 0.5, 0.9)) {
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

write.csv(do.call(rbind, rows), file.path(folder, "reference_tables.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
