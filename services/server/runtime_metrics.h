// RuntimeMetrics: figures that others keep (sizes of the store, the model that serves, what models
// achieve, who was admitted, the certificate, the process), read when scraped. Any thread. Store,
// shelf, trainer, limiters and certificates must outlive every scrape.
#pragma once

#include <vector>

#include "data/store.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/recommender/clock.h"
#include "services/recommender/model_shelf.h"
#include "services/recommender/trainer.h"
#include "services/server/call_policy.h"
#include "services/server/server_certificates.h"

namespace rapport::server {

class RuntimeMetrics final : public prometheus::Collectable {
 public:
  // `certificates`: null without TLS, which has no figures.
  RuntimeMetrics(const Store& store, const ModelShelf& models, const Trainer& trainer,
                 const Limiters& limiters, const ServerCertificates* certificates, Clock clock)
      : store_(store),
        models_(models),
        trainer_(trainer),
        limiters_(limiters),
        certificates_(certificates),
        clock_(std::move(clock)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Store& store_;
  const ModelShelf& models_;
  const Trainer& trainer_;
  const Limiters& limiters_;
  const ServerCertificates* const certificates_;
  const Clock clock_;
};

// Of this process, as /proc has it: CPU, resident memory, open files, start time. What cannot be
// read is left out.
std::vector<prometheus::MetricFamily> ProcessMetrics();

}  // namespace rapport::server
