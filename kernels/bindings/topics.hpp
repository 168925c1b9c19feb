// What each file of bindings adds to the module.
#pragma once

#include <nanobind/nanobind.h>

namespace dotscape::bindings {

void bind_affinities(nanobind::module_& m);
void bind_candidates(nanobind::module_& m);
void bind_layout(nanobind::module_& m);
void bind_mesh(nanobind::module_& m);
void bind_neighborhoods(nanobind::module_& m);
void bind_pack(nanobind::module_& m);
void bind_ranks(nanobind::module_& m);
void bind_rows(nanobind::module_& m);
void bind_umap(nanobind::module_& m);

}  // namespace dotscape::bindings
