"""All rules, by their ids, which do not change. Each has a page in docs/rules, which is made from the rule itself."""

from __future__ import annotations

from apkgraph.audit.findings import end_of_life, index_cache, removed, requests, unknown, unneeded

RULES = {
    rule.id: rule
    for rule in (
        unneeded.BUILD_DEPENDENCIES_LEFT,
        removed.REMOVED_IN_LATER_LAYER,
        index_cache.INDEX_LEFT,
        index_cache.NEEDLESS_UPDATE,
        unneeded.NEEDLESS_REQUEST,
        requests.UNSATISFIED_PIN,
        requests.OUTDATED_PIN,
        requests.UNKNOWN_PACKAGE,
        requests.UNSATISFIABLE,
        unneeded.INSTALL_IF_EXTRAS,
        unneeded.ONLY_FOR_GLIBC,
        end_of_life.RELEASE_END_OF_LIFE,
        unknown.UNRESOLVED_PACKAGES,
        unknown.FOREIGN_REPOSITORY,
    )
}
