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

write.csv(do.call(rbind, rows), file.path(folder, "reference_tables.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
