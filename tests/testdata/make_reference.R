# Makes the figures of R that the tests of `analysis` hold.
#
# R is installed nowhere where the tests usually run, so it is run by hand; test_make_reference.py runs it where there
# is R. Run last with R 4.2.2 and survey 4.5: all 1,081 figures of reference_survey.csv came out again, to nine
# digits or, for standard errors of zero, to 1e-13; one message of R has other words.
#
#   cd tests/testdata && Rscript make_reference.R made
#
# writes made/reference_survey.csv (as the file of that name beside this script: case, data, design, call, quantity,
# level, value with 12 significant digits), made/reference_in_tests.csv (the figures that tests hold in their own
# text: file, call, value) and made/session.txt. One section for each test file that holds figures of R.

library(survey)  # 4.5

if (packageVersion("survey") != "4.5") {
  warning("the stored figures are those of survey 4.5, this is ", packageVersion("survey"))
}

given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given) > 0) given[1] else "made"
dir.create(folder, showWarnings = FALSE)

apistrat <- read.csv("apistrat.csv", stringsAsFactors = TRUE)
apiclus1 <- read.csv("apiclus1.csv", stringsAsFactors = TRUE)
mu284 <- read.csv("mu284.csv")
fpc <- read.csv("fpc.csv")

# The designs, by the ending of the case names; r_reference.py has the same under DESIGNS.
TEXT <- c(
  strat_fpc = "svydesign(id=~1, strata=~stype, weights=~pw, fpc=~fpc, data=apistrat)",
  strat = "svydesign(id=~1, strata=~stype, weights=~pw, data=apistrat)",
  clus1_fpc = "svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=apiclus1)",
  clus1 = "svydesign(id=~dnum, weights=~pw, data=apiclus1)"
)
DATA <- c(strat_fpc = "apistrat", strat = "apistrat", clus1_fpc = "apiclus1", clus1 = "apiclus1")
DS <- lapply(TEXT, function(text) eval(parse(text = text)))

rows <- list()
held <- list()

digits <- function(value) sprintf("%.12g", as.numeric(value))

# One row per level. A design is named by its ending, or given as its text.
add <- function(case, key, call, quantity, level, value) {
  known <- key %in% names(TEXT)
  rows[[length(rows) + 1]] <<- data.frame(
    case = case,
    data = if (known) DATA[[key]] else if (key == "-" || grepl("apistrat", key)) "apistrat" else "apiclus1",
    design = if (known) TEXT[[key]] else key,
    call = call, quantity = quantity, level = level, value = value
  )
}

# What a call gives in a design; `d` is the design in it, and further names may be handed over.
run <- function(call, d, ...) eval(parse(text = call), list2env(list(d = d, ...), parent = globalenv()))

estimated <- function(case, key, call, d = DS[[key]], ..., deff = FALSE) {
  result <- run(call, d, ...)
  names <- names(coef(result))
  add(case, key, call, "estimate", names, digits(coef(result)))
  add(case, key, call, "se", names, digits(as.vector(as.matrix(SE(result)))))
  if (deff) add(case, key, call, "deff", names, digits(deff(result)))
}

limited <- function(case, key, call, df = degf(DS[[key]])) {
  whole <- sprintf("confint(%s, df=%g)", call, df)
  limits <- run(whole, DS[[key]])
  add(case, key, whole, "ci_low", rownames(limits), digits(limits[, 1]))
  add(case, key, whole, "ci_high", rownames(limits), digits(limits[, 2]))
}

in_test <- function(file, call, value) {
  held[[length(held) + 1]] <<- data.frame(file = file, call = call, value = digits(value))
}

# ---- tests/analysis/estimation/test_estimates_as_r.py ----

for (key in names(DS)) {
  case <- function(family) paste0(family, "-", key)
  d <- DS[[key]]
  add(case("A01"), key, "degf(d)", "df", "", digits(degf(d)))
  estimated(case("A02"), key, "svymean(~api00, d, deff = TRUE)", deff = TRUE)
  limited(case("A02"), key, "svymean(~api00, d, deff = TRUE)")
  estimated(case("A03"), key, "svymean(~awards, d, deff = TRUE)", deff = TRUE)
  limited(case("A03"), key, "svymean(~awards, d, deff = TRUE)")
  estimated(case("A04"), key, "svymean(~stype, d)")
  estimated(case("A05"), key, "svytotal(~enroll, d, na.rm = TRUE)")
  limited(case("A05"), key, "svytotal(~enroll, d, na.rm = TRUE)")
  estimated(case("A06"), key, "svytotal(~stype, d)")
  estimated(case("A07"), key, "svyratio(~api00, ~api99, d)")
  estimated(case("A08"), key, 'svymean(~api00, d, deff = "replace")', deff = TRUE)
  estimated(case("A09"), key, "svymean(~target, d, na.rm = TRUE)")
  estimated(case("A10"), key, "svymean(~api00 + api99, d)")
  estimated(case("B01"), key, "svyby(~api00, ~stype, d, svymean, deff = TRUE)")
  estimated(case("B02"), key, 'svyby(~I(as.numeric(awards == "Yes")), ~stype, d, svymean)')
  estimated(case("B03"), key, "svyby(~enroll, ~stype, d, svytotal, na.rm = TRUE)")
  estimated(case("B04"), key, "svyby(~awards, ~stype + comp.imp, d, svymean, drop.empty.groups = TRUE)")
  estimated(case("B05"), key, 'svymean(~api00, subset(d, comp.imp == "Yes"))')
  limited(case("B05"), key, 'svymean(~api00, subset(d, comp.imp == "Yes"))', degf(subset(d, comp.imp == "Yes")))
  for (level in c("E", "H", "M")) {
    call <- sprintf("degf(subset(d, stype=='%s'))", level)
    add(case("B06"), key, call, "df", level, digits(run(call, d)))
  }
}
for (key in c("strat", "clus1", "clus1_fpc")) {
  estimated(paste0("B07-", key), key, sprintf("svyby(~api00, ~cname, DS$%s, svymean)", key))
}
counted <- run("svyby(~api00, ~cname, d, unwtd.count)", DS$strat)
add("B08-strat", "strat", "svyby(~api00, ~cname, d, unwtd.count)", "n", as.character(counted$cname), digits(counted$counts))

# The intervals of a share by every method; where R stops, its words are kept in place of limits.
share <- function(case, key, call) {
  result <- run(paste0(call, ")"), DS[[key]])
  add(case, key, paste0(call, ")"), "estimate", "logit", digits(coef(result)))
  add(case, key, paste0(call, ")"), "se", "logit", digits(sqrt(as.vector(vcov(result)))))
  for (method in c("logit", "likelihood", "asin", "beta", "mean", "xlogit", "wilson")) {
    whole <- sprintf("%s, method='%s')", call, method)
    limits <- tryCatch(as.vector(attr(run(whole, DS[[key]]), "ci")), error = conditionMessage)
    if (is.character(limits)) {
      add(case, key, whole, "ERROR", paste0(method, ": ", limits), "NA")
    } else {
      add(case, key, whole, "ci_low", method, digits(limits[1]))
      add(case, key, whole, "ci_high", method, digits(limits[2]))
    }
  }
}
for (key in names(DS)) {
  share(paste0("C01-", key), key, 'svyciprop(~I(awards == "Yes"), d')
  share(paste0("C02-", key), key, "svyciprop(~I(awards == \"Yes\"), subset(d, stype=='H')")
  share(paste0("C03-", key), key, "svyciprop(~I(api00 > 850), d")
}
share("C04-zero", "strat", "svyciprop(~I(api00 > 2000), d")
share("C04-one", "strat", "svyciprop(~I(api00 < 2000), d")

for (key in names(DS)) {
  b <- svyby(~api00, ~stype, DS[[key]], svymean, covmat = TRUE)
  text <- paste0(TEXT[[key]], "; b <- svyby(~api00, ~stype, DS[[k]], svymean, covmat=TRUE)")
  call <- "svycontrast(b, list(H_minus_E = c(-1, 1, 0), M_minus_E = c(-1, 0, 1)))"
  estimated(paste0("D04-", key), text, call, d = DS[[key]], b = b)
}

# ---- tests/analysis/estimation/test_notebook_habits.py ----
# The design alone.

# ---- tests/analysis/estimation/test_quantiles.py ----

for (key in c("strat", "strat_fpc", "clus1_fpc")) {
  for (rule in c("math", "school", "hf7", "hf2")) {
    for (p in c(0.25, 0.5, 0.9)) {
      call <- sprintf("svyquantile(~api00, d, %g, qrule='%s')", p, rule)
      found <- run(call, DS[[key]])$api00[1, ]
      for (quantity in c("quantile", "ci.2.5", "ci.97.5", "se")) {
        add(paste0("F01-", key), key, call, quantity, sprintf("%s:%g", rule, p), digits(found[[quantity]]))
      }
    }
  }
}
estimated("F02-strat", "strat", "svyby(~api00, ~stype, d, svyquantile, quantiles=0.5, ci=TRUE)")

# ---- tests/analysis/estimation/test_sums.py ----
# A02 and B01 of above; the pooled design effect is held to its definition.

# ---- tests/analysis/tables/test_association.py ----

for (key in names(DS)) {
  for (statistic in c("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")) {
    call <- sprintf("svychisq(~awards+stype, d, statistic='%s')", statistic)
    found <- run(call, DS[[key]])
    add(paste0("D01-", key), key, call, "statistic", statistic, digits(found$statistic))
    if (!statistic %in% c("lincom", "saddlepoint")) {
      level <- paste0(statistic, ":", names(found$parameter))
      add(paste0("D01-", key), key, call, "parameter", level, digits(found$parameter))
    }
    add(paste0("D01-", key), key, call, "p", statistic, digits(found$p.value))
  }
}
# ---- tests/analysis/test_hypothesis_tests.py ----

found <- run("svyttest(api00~comp.imp, d)", DS$clus1)
add(
  "D03-clus1", "clus1", "svyttest(api00~comp.imp, d)",
  c("t", "df", "p", "difference", "ci_low", "ci_high"), "",
  digits(c(found$statistic, found$parameter, found$p.value, found$estimate, found$conf.int[1:2]))
)
for (method in c("BH", "holm")) {
  in_test(
    "tests/analysis/test_hypothesis_tests.py",
    sprintf("p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), \"%s\")[%d]", method, 1:5),
    p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), method)
  )
}

# ---- tests/analysis/test_intervals.py ----

in_test("tests/analysis/test_intervals.py", "qt(0.975, 1)", qt(0.975, 1))

# ---- tests/analysis/test_weights.py ----

TYPES <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
WIDE <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
STRATIFIED <- "postStratify(%s, ~stype, data.frame(stype=c('E','H','M'), Freq=c(4421,755,1018)))"
RAKED <- paste0(
  "rake(%s, list(~stype,~sch.wide), list(data.frame(stype=c('E','H','M'),Freq=c(4421,755,1018)), ",
  "data.frame(sch.wide=c('No','Yes'),Freq=c(1072,5122))), control=list(maxit=1000, epsilon=1e-10))"
)

# A design made from the text of another one, with the figures that are asked of it.
adjusted <- function(case, text, name, calls) {
  made <- eval(parse(text = text))
  for (call in calls) do.call(estimated, c(list(case, text, call, made), setNames(list(made), name)))
  made
}

ps <- adjusted(
  "E01-ps", sprintf(STRATIFIED, TEXT[["clus1"]]), "ps",
  c("svymean(~api00, ps)", "svytotal(~enroll, ps)", "svyby(~api00, ~stype, ps, svymean)", "svymean(~awards, ps)")
)
each <- tapply(weights(ps), ps$variables$stype, mean)
add("E01-ps", sprintf(STRATIFIED, TEXT[["clus1"]]), "tapply(weights(d), stype, unique)", "weight", names(each), digits(each))
adjusted(
  "E02-psfpc", sprintf(STRATIFIED, TEXT[["clus1_fpc"]]), "psf",
  c("svymean(~api00, psf)", "svytotal(~enroll, psf)")
)

raked <- sprintf(RAKED, TEXT[["clus1"]])
rk <- adjusted(
  "E03-rake", raked, "rk",
  c("svymean(~api00, rk)", "svytotal(~enroll, rk)", "svymean(~awards, rk)", "svyby(~api00, ~stype, rk, svymean)")
)
each <- tapply(weights(rk), interaction(rk$variables$stype, rk$variables$sch.wide), mean)
add("E03-rake", raked, "unique weights by stype x sch.wide", "weight", names(each), digits(each))
span <- function(w) digits(c(sum(w), min(w), max(w)))
add("E03-rake", raked, "sum, min, max of weights(d)", c("sum", "min", "max"), "", span(weights(rk)))
rkf <- rake(DS$clus1_fpc, list(~stype, ~sch.wide), list(TYPES, WIDE), control = list(maxit = 1000, epsilon = 1e-10))
for (found in list(svymean(~api00, rkf), svytotal(~enroll, rkf))) {
  in_test("tests/analysis/test_weights.py", paste(names(coef(found)), "raked, dclus1"), c(coef(found), SE(found)))
}

adjusted(
  "E05-greg",
  sprintf("calibrate(%s, ~stype, c('(Intercept)'=6194, stypeH=755, stypeM=1018))", TEXT[["clus1"]]),
  "gr", "svymean(~api00, gr)"
)
text <- sprintf(
  "calibrate(%s, ~stype+api99, c('(Intercept)'=6194, stypeH=755, stypeM=1018, api99=3914069))", TEXT[["clus1"]]
)
gr2 <- adjusted("E06-greg", text, "gr2", c("svymean(~api00, gr2)", "svytotal(~enroll, gr2)"))
add(
  "E06-greg", text, "range(weights(d)/base)", c("min", "max"), "",
  digits(range(weights(gr2) / weights(DS$clus1)))
)

text <- sprintf("trimWeights(%s, upper=60, lower=10, strict=FALSE)", raked)
tw <- adjusted("E07-trim", text, "tw", "svymean(~api00, tw)")
add("E07-trim", text, "weights", c("sum", "min", "max"), "", span(weights(tw)))

kish <- function(w) sum(w)^2 / sum(w^2)
for (one in list(list("-", "apistrat", weights(DS$strat)), list(raked, "raked apiclus1", weights(rk)))) {
  call <- "sum(w)^2/sum(w^2); n/that"
  add("E08-kish", one[[1]], call, "n_eff", one[[2]], digits(kish(one[[3]])))
  add("E08-kish", one[[1]], call, "deff_w", one[[2]], digits(length(one[[3]]) / kish(one[[3]])))
}

# Jackknife figures are kept beside the linearised ones; no test holds them so far.
adjusted(
  "E09-jkn", sprintf("as.svrepdesign(%s, type='JKn')", TEXT[["strat"]]), "jk", "svymean(~api00 + awards, jk)"
)
jk1 <- adjusted(
  "E09-jk1", sprintf("as.svrepdesign(%s, type='JK1')", TEXT[["clus1"]]), "jk1",
  c("svymean(~api00 + awards, jk1)", "svyratio(~api00, ~api99, jk1)")
)
rjk <- rake(jk1, list(~stype, ~sch.wide), list(TYPES, WIDE), control = list(maxit = 1000, epsilon = 1e-10))
text <- sprintf("rake(as.svrepdesign(%s, type='JK1'), same margins as E03)", TEXT[["clus1"]])
for (call in c("svymean(~api00, rjk)", "svytotal(~enroll, rjk)")) {
  estimated("E10-rakejk1", text, call, d = rjk, rjk = rjk)
}

# Kalton and Flores-Cervantes (2003): mean weight of each cell by three methods, a within b.
kalton <- data.frame(
  a = factor(rep(1:4, times = 3)), b = factor(rep(1:3, each = 4)),
  interviews = c(20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70),
  people = c(80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125)
)
kaltonsample <- kalton[rep(seq_len(12), times = kalton$interviews), ]
drawn <- svydesign(id = ~1, weights = rep(1, nrow(kaltonsample)), data = kaltonsample)
of_a <- xtabs(people ~ a, kalton)
of_b <- xtabs(people ~ b, kalton)
totals <- c("(Intercept)" = 1500, a2 = of_a[["2"]], a3 = of_a[["3"]], a4 = of_a[["4"]], b2 = of_b[["2"]], b3 = of_b[["3"]])
three <- list(
  "table A" = postStratify(drawn, ~ a + b, xtabs(people ~ a + b, kalton)),
  "table B" = rake(drawn, list(~a, ~b), list(of_a, of_b)),
  "table C" = calibrate(drawn, ~ a + b, totals)
)
for (name in names(three)) {
  factors <- svytable(~ a + b, three[[name]]) / xtabs(~ a + b, kaltonsample)
  in_test("tests/analysis/test_weights.py", paste(name, "of Kalton and Flores-Cervantes"), as.vector(factors))
}

# ---- tests/analysis/test_sample.py ----

sample_test <- "tests/analysis/test_sample.py"
found <- svytotal(~y1, svydesign(id = ~ id1 + id2, fpc = ~ n1 + n2, data = mu284))
in_test(sample_test, "svytotal(~y1, svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)), variance", c(coef(found), vcov(found)))

withoutfpc <- svydesign(weights = ~weight, ids = ~psuid, strata = ~stratid, data = fpc, nest = TRUE)
withfpc <- list(
  svydesign(weights = ~weight, ids = ~psuid, strata = ~stratid, fpc = ~Nh, data = fpc, nest = TRUE),
  svydesign(weights = ~weight, ids = ~psuid, strata = ~stratid, fpc = ~ I(nh / Nh), data = fpc, nest = TRUE),
  svydesign(ids = ~psuid, strata = ~stratid, fpc = ~Nh, data = fpc, nest = TRUE),
  svydesign(ids = ~psuid, strata = ~stratid, fpc = ~ I(nh / Nh), data = fpc, nest = TRUE)
)
for (one in c(list(withoutfpc), withfpc)) {
  found <- svymean(~x, one)
  in_test(sample_test, "svymean(~x, withoutfpc), then four forms of withfpc", c(coef(found), SE(found)))
}

five <- data.frame(
  Stratum = c(1, 1, 2, 2, 3), PSU = 1:5, Design_Weight = c(10.5, 10.5, 20, 20, 15), Age = c(30.5, 40.5, 35, 52, 44)
)
size <- ifelse(apiclus1$dnum == 413, 1, 1000)
others <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = subset(apiclus1, dnum != 413))
for (rule in c("remove", "certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  lonely <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = apiclus1)
  in_test(sample_test, paste(rule, "svymean(~api00, svydesign(id = ~1, weights = ~pw, strata = ~dnum))"), SE(svymean(~api00, lonely)))
  certain <- svydesign(id = ~1, weights = ~pw, strata = ~dnum, fpc = ~size, data = cbind(apiclus1, size = size))
  in_test(sample_test, paste(rule, "dnum 413 taken with certainty"), SE(svymean(~api00, certain)))
  people <- svydesign(ids = ~PSU, strata = ~Stratum, weights = ~Design_Weight, data = five)
  in_test(sample_test, paste(rule, "vcov(svytotal(~Age))"), vcov(svytotal(~Age, people)))
  found <- svymean(~api00, others[-31, ])
  in_test(sample_test, paste(rule, "svymean(~api00, ds[-31, ])"), c(coef(found), SE(found)))
}
options(survey.lonely.psu = "fail")
ten <- svydesign(id = ~1, weights = ~w, data = data.frame(y = (0:9)^2, w = 100))
in_test(sample_test, "deff(svymean(~y, des.srs, deff = TRUE))", deff(svymean(~y, ten, deff = TRUE)))

# ---- tests/analysis/test_notebook_example.py ----
# A02-clus1_fpc of above.

# ---- tests/analysis/commands/test_estimates.py ----
# A02, B05, C01, D01, D03, E01 and E03 of above, and the two stages of mu284.

write.csv(do.call(rbind, rows), file.path(folder, "reference_survey.csv"), row.names = FALSE)
write.csv(do.call(rbind, held), file.path(folder, "reference_in_tests.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
