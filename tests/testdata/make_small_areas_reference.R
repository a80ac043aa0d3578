# Makes the figures of R that the tests of small areas hold: reference_small_areas.csv and fay_herriot_grapes.csv, beside this script.
#
#   cd tests/testdata && Rscript make_small_areas_reference.R made
#
# Columns: data, terms, method, what, area (0 for the model), value with 15 significant digits. Run last with R 4.2.2 and
# sae 1.3. One section for each test file that holds figures of R.

library(sae)  # 1.3

given <- commandArgs(trailingOnly = TRUE)
folder <- if (length(given) > 0) given[1] else "made"
dir.create(folder, showWarnings = FALSE)

milk <- read.csv("fay_herriot_data.csv")
data(grapes)
write.csv(grapes, file.path(folder, "fay_herriot_grapes.csv"), row.names = FALSE)

rows <- list()
add <- function(data, terms, method, what, area, value) {
  rows[[length(rows) + 1]] <<- data.frame(
    data = data, terms = terms, method = method, what = what, area = area, value = sprintf("%.15g", as.numeric(value))
  )
}

# ---- tests/analysis/models/test_small_areas.py ----

# mseFH finds the column of the variances by its name.
made <- function(name, terms, method, found) {
  fit <- found$est$fit
  if (!fit$convergence) stop(paste(name, method, "does not converge"))
  add(name, terms, method, "refvar", 0, fit$refvar)
  coefficients <- seq_len(nrow(fit$estcoef)) - 1
  add(name, terms, method, paste0("beta", coefficients), 0, fit$estcoef$beta)
  add(name, terms, method, paste0("se", coefficients), 0, fit$estcoef$std.error)
  add(name, terms, method, c("loglike", "AIC", "BIC"), 0, fit$goodness[c("loglike", "AIC", "BIC")])
  areas <- seq_along(found$mse)
  add(name, terms, method, "eblup", areas, found$est$eblup)
  add(name, terms, method, "mse", areas, found$mse)
}
for (method in c("REML", "ML", "FH")) {
  made("milk", "MajorArea", method, mseFH(yi ~ factor(MajorArea), v, method, 1000, 1e-14, data = milk))
  made("milk", "", method, mseFH(yi ~ 1, v, method, 1000, 1e-14, data = milk))
  made("grapes", "area,workdays", method, mseFH(grapehect ~ area + workdays, var, method, 5000, 1e-14, data = grapes))
}

# ---- tests/analysis/commands/test_small_areas.py ----
# The milk data by REML, of above.

write.csv(do.call(rbind, rows), file.path(folder, "reference_small_areas.csv"), row.names = FALSE)
writeLines(capture.output(sessionInfo()), file.path(folder, "session.txt"))
sessionInfo()
