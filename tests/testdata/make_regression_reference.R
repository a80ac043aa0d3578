# Makes the figures of R that the tests of regression hold: reference_regression.csv, beside this script.
#
#   cd tests/testdata && Rscript make_regression_reference.R made
#
# Columns: design and model (as named below), quantity, name, value with 12 significant digits.
# Run last with R 4.2.2 and survey 4.5. svyolr and glm stop their search early by default; here they go on to the end.
# One section for each test file that holds figures of R.

library(survey)  # 4.5

if (packageVersion("survey") != "4.5") {
  warning("the stored figures are those of survey 4.5, this is ", packageVersion("survey"))
}

given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given) > 0) given[1] else "made"
dir.create(folder, showWarnings = FALSE)

# What the models use besides the columns of the files.
prepared <- function(name) {
  data <- read.csv(name, stringsAsFactors = TRUE)
  data$wide <- as.numeric(data$sch.wide == "Yes")
  data$mealcat <- factor(1 + (data$meals > 25) + (data$meals > 50) + (data$meals > 75))
  data$stypem <- relevel(data$stype, ref = "M")
  data$hole <- data$stype
  data$hole[data$meals < 10] <- NA
  data$even <- data$pw / mean(data$pw)
  data
}
apistrat <- prepared("apistrat.csv")
apiclus1 <- prepared("apiclus1.csv")
apiclus2 <- prepared("apiclus2.csv")

TYPES <- data.frame(stype = c("E", "H", "M"), Freq = c(4421, 755, 1018))
WIDE <- data.frame(sch.wide = c("No", "Yes"), Freq = c(1072, 5122))
strat <- svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat)
clus1 <- svydesign(id = ~dnum, weights = ~pw, data = apiclus1)
clus1_fpc <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1)
options(survey.lonely.psu = "adjust")
DESIGNS <- list(
  strat = strat,
  strat_fpc = svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = apistrat),
  clus1 = clus1,
  clus1_fpc = clus1_fpc,
  clus2 = svydesign(id = ~ dnum + snum, fpc = ~ fpc1 + fpc2, data = apiclus2),
  lonely = svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = apiclus1),
  stratified = postStratify(clus1, ~stype, TYPES),
  raked = rake(clus1_fpc, list(~stype, ~sch.wide), list(TYPES, WIDE), control = list(maxit = 1000, epsilon = 1e-10)),
  calibrated = calibrate(clus1, ~ stype + api99, c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069)),
  domain = subset(strat, ell < 40),
  raked_domain = subset(
    rake(clus1, list(~stype, ~sch.wide), list(TYPES, WIDE), control = list(maxit = 1000, epsilon = 1e-10)),
    meals < 70
  ),
  strat_even = svydesign(id = ~1, strata = ~stype, weights = ~even, data = apistrat),
  clus1_even = svydesign(id = ~dnum, weights = ~even, data = apiclus1)
)

GLM <- "control = glm.control(epsilon = 1e-16, maxit = 50)"
OLR <- "control = list(reltol = 1e-16, maxit = 5000, ndeps = rep(1e-5, K))"
logit <- function(formula) sprintf("svyglm(%s, design = d, family = quasibinomial, %s)", formula, GLM)
MODELS <- c(
  linear = "svyglm(api00 ~ ell + meals + stype, design = d)",
  crossed = "svyglm(api00 ~ ell * stype, design = d)",
  reference = "svyglm(api00 ~ meals + stypem, design = d)",
  missing = "svyglm(api00 ~ target + avg.ed, design = d)",
  logistic = logit("wide ~ ell + meals + stype"),
  logistic_crossed = logit("wide ~ meals * mobility"),
  logistic_missing = logit("wide ~ avg.ed + mobility"),
  ordinal = sprintf("svyolr(mealcat ~ avg.ed + mobility + stype, design = d, %s)", OLR),
  ordinal_crossed = sprintf("svyolr(mealcat ~ mobility * awards, design = d, %s)", OLR)
)

# How many coefficients an ordinal model has; K is what the fit that comes next has.
SIZE <- c(ordinal = 7, ordinal_crossed = 6)
fitted_model <- function(name) {
  K <<- SIZE[name]
  eval(parse(text = MODELS[[name]]))
}

rows <- list()
add <- function(design, model, quantity, name, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    design = design, model = model, quantity = quantity, name = name,
    value = sprintf("%.12g", as.numeric(value))
  )
}

# ---- tests/analysis/models/regression/test_as_r.py ----

for (key in names(DESIGNS)) {
  d <- DESIGNS[[key]]
  for (name in names(MODELS)) {
    ordinal <- grepl("^ordinal", name)
    # svyolr mixes up its rows in domains of raked designs, where rows of weight 0 stay.
    if (ordinal && key == "raked_domain") next
    model <- fitted_model(name)
    kept <- function(quantity, names, value) add(key, name, quantity, names, value)
    kept("estimate", names(coef(model)), coef(model))
    kept("se", names(coef(model)), sqrt(diag(vcov(model))))
    kept("df", "", model$df.residual)
    if (!ordinal) {
      # confint(model) goes through the tail of the normal, which costs it digits.
      limits <- coef(model) + sqrt(diag(vcov(model))) %o% qt(c(0.025, 0.975), model$df.residual)
      kept("ci_low", names(coef(model)), limits[, 1])
      kept("ci_high", names(coef(model)), limits[, 2])
      kept("p", names(coef(model)), summary(model)$coefficients[, 4])
    }
  }
}

# The likelihood ratio of svyolr takes deviance and information in different units of the weights: right where they have
# the mean 1.
tested <- function(key, name, term) {
  d <<- DESIGNS[[key]]
  model <- fitted_model(name)
  for (method in c("Wald", "WorkingWald", "LRT")) {
    if (grepl("^ordinal", name) && method == "LRT" && !grepl("even$", key)) next
    if (method == "LRT") K <<- SIZE[name] - found$df
    found <- regTermTest(model, as.formula(paste("~", term)), method = method)
    statistic <- if (method == "Wald") found$Ftest else found$chisq / mean(found$lambda)
    add(key, name, paste(method, c("statistic", "df", "ddf", "p")), term, c(statistic, found$df, found$ddf, found$p))
  }
}
for (key in names(DESIGNS)) {
  tested(key, "linear", "stype")
  tested(key, "linear", "meals + stype")
  tested(key, "crossed", "ell:stype")
  tested(key, "logistic", "stype")
  tested(key, "logistic_crossed", "meals:mobility")
  if (key != "raked_domain") {
    tested(key, "ordinal", "stype")
    tested(key, "ordinal_crossed", "mobility:awards")
  }
}

margin <- function(key, name, call, variable) {
  d <<- DESIGNS[[key]]
  found <- eval(parse(text = call))
  add(key, name, "estimate", paste0(variable, names(coef(found))), coef(found))
  add(key, name, "se", paste0(variable, names(coef(found))), SE(found))
}
for (key in names(DESIGNS)) {
  margin(key, "linear_margin", "svypredmeans(svyglm(api00 ~ ell + meals, d), ~stype)", "stype")
  margin(key, "crossed_margin", "svypredmeans(svyglm(api00 ~ ell + stype, d), ~meals, predictat = c(0, 50, 100))", "meals")
  # With adjusted weights svypredmeans stops where the variable is missing.
  if (is.null(DESIGNS[[key]]$postStrata)) margin(key, "hole_margin", "svypredmeans(svyglm(api00 ~ ell, design = d), ~hole)", "hole")
  margin(key, "logistic_margin", sprintf("svypredmeans(%s, ~stype)", logit("wide ~ ell + meals")), "stype")
}

# svypredmeans knows no svyolr: the same two parts of the variance, the derivatives by numDeriv.
for (key in setdiff(names(DESIGNS), "raked_domain")) {
  d <- DESIGNS[[key]]
  model <- fitted_model("ordinal")
  design <- model$survey.design
  data <- model.frame(design)[weights(design) > 0, ]
  x <- function(type) cbind(data$avg.ed, data$mobility, as.numeric(type == "H"), as.numeric(type == "M"))
  w <- weights(design)[weights(design) > 0]
  shares <- function(theta, type) {
    below <- plogis(outer(-drop(x(type) %*% theta[1:4]), theta[5:7], "+"))
    cbind(below, 1) - cbind(0, below)
  }
  theta <- coef(model)
  for (type in c("E", "H", "M")) {
    fits <- shares(theta, type)
    whole <- matrix(0, nrow(design), ncol(fits))
    whole[weights(design) > 0, ] <- fits
    slopes <- numDeriv::jacobian(function(t) colSums(w * shares(t, type)) / sum(w), theta)
    variance <- vcov(svymean(whole, design)) + slopes %*% vcov(model) %*% t(slopes)
    names <- sprintf("stype%s:%d", type, 1:4)
    add(key, "ordinal_margin", "estimate", names, colSums(w * fits) / sum(w))
    add(key, "ordinal_margin", "se", names, sqrt(diag(variance)))
  }
}

# ---- tests/analysis/commands/test_regressions.py ----
# The linear and the logistic model on strat, of above.

write.csv(do.call(rbind, rows), file.path(folder, "reference_regression.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
