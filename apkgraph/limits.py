"""Every bound on what comes from outside, in one table: how much, and why so much.

Each section says whose input it is and what happens beyond the bound. docs/limits.md is this file as a page; a test
holds them together. Plain numbers only: this module lies on the path of a warm query.
"""

from __future__ import annotations

# ## An index, as a mirror sends it
# Beyond: an error, exit 5, and the last good index stays in use.
ARCHIVE_BYTES = 64 << 20  # the largest index tried (v3.22 community) has 2 MB
INDEX_TEXT_BYTES = 256 << 20  # unpacked and signed; 200,000 packages need 90 MiB
UNSIGNED_TEXT_BYTES = 64 << 20  # unpacked, without a trusted signature; the largest tried (v3.22 community) has 9 MB
DESCRIPTION_BYTES = 1 << 20  # of DESCRIPTION: a line of text
ARCHIVE_MEMBERS = 16  # gzip members of an unsigned archive: enough for any joined indexes
ARCHIVE_HEADERS = 1024  # tar headers of one archive; an index needs three and a few metadata headers
ARCHIVE_NUMBER_DIGITS = 12  # of a size in a tar header; more would be larger than any archive may be
SIGNATURES = 16  # of one archive; Chainguard's has three
SIGNATURES_BYTES = 64 << 10  # unpacked, of the member that holds the signatures: 16 of them with their headers and room
ADB_BYTES = 64 << 20  # unpacked; 200,000 packages need 49 MiB
ADB_SIGNATURE_BYTES = 64 << 10  # of one signature in a v3 index: far beyond any key that is in use

# ## What an index may say
# Beyond: an error, exit 5, as where apk gives an index up.
LINE_CHARACTERS = 1 << 20  # of one line of text; the longest tried (coq of v3.22) has 78,154
LINES = 10_000_000  # of one text; the largest index tried has 318,126
FIELD_DEPENDENCIES = 1 << 16  # in one field of one package; the longest tried (coq of v3.22) has 1,151
DEPENDENCIES = 8_000_000  # of one index; the largest index tried has 127,750
PACKAGES = 2_000_000  # of one text; the largest index tried has 20,501
ADB_PACKAGES = 400_000  # of one v3 index: twenty times the largest index tried
DIGEST_BYTES = 64  # of a package's checksum in a v3 index: SHA-512
UNSIGNED_PACKAGES = 100_000  # without a trusted signature: five times the largest index tried, and below 500 MiB
UNSIGNED_LINES = 2_000_000  # without a trusted signature; the largest index tried has 318,126
UNSIGNED_DEPENDENCIES = 500_000  # without a trusted signature; the largest index tried has 127,750

# ## An installed db, of a root or an image
# Beyond: an error, exit 6. Nobody signs it, so each bound keeps it below 500 MiB of memory.
DATABASE_BYTES = 32 << 20  # of an installed db; a desktop's (310 packages) has 694 kB
DATABASE_LINES = 1_500_000  # 100 bytes each in memory; a system of 300,000 files has a million
DATABASE_PACKAGES = 50_000  # 2 KiB each in memory; more than twice all packages of a release's largest index
DATABASE_WORDS = 500_000  # 400 bytes each as dependencies; a desktop's (310 packages) has 4,180
INSTALLED_PACKAGES = 100_000  # of a db given by its path (`--base installed:`)
INSTALLED_LINES = 4_000_000  # of a db given by its path: a line or three for each of a million files
INSTALLED_DEPENDENCIES = 500_000  # of a db given by its path
WORLD_BYTES = 1 << 20  # of a world file: a line of text for each of thousands of packages
SYSTEM_FILE_BYTES = 1 << 20  # of each other file of a root that is read (repositories, os-release)

# ## An image
# Beyond: an error, exit 6. Images are streamed: nothing but apk's own files is kept.
IMAGE_BYTES = 16 << 30  # unpacked, all layers together
IMAGE_KEPT_BYTES = 256 << 20  # of apk's files, all layers together
BOMB_FLOOR_BYTES = 64 << 20  # below this, a layer may have any ratio
BOMB_RATIO = 200  # unpacked against packed; deflate reaches 1,032
IMAGE_JSON_BYTES = 4 << 20  # of a manifest, an index or a config
IMAGE_PARTS_BYTES = 64 << 20  # of all manifests, indexes and configs together
IMAGE_LAYERS = 1024  # of one image: more than any builder makes
IMAGE_NESTING = 4  # indexes within indexes
LAYER_LINKS = 2048  # links to layers in an archive of docker save
PATH_LINKS = 40  # symbolic links on the way to one file, as Linux has it
LAYER_ENTRIES = 2_000_000  # files of one tar; real images have 300,000
CONTENTS_ENTRIES = 1_000_000  # files that `image` looks at one by one, 250 bytes each; beyond, it says that it does not
CONTENTS_DIRECTORIES = 200_000  # of those files
REPOSITORY_LISTS = 100  # in one directory of them
TAR_HEADER_BYTES = 1 << 20  # of a long name or of pax records

# ## What could go
# Beyond: the rest is listed as not tried; what frees most by the graph is tried first.
DROP_PACKAGES = 250_000  # in all solvings without one entry; a desktop of 1,000 packages and 200 requests: 200,000

# ## A Dockerfile
# Beyond: an error, exit 6, that names the line; what cannot be read within these is unknown, never guessed.
DOCKERFILE_BYTES = 1 << 20  # of a Dockerfile
DOCKERFILE_LINE_BYTES = 65_535  # BuildKit's own bound
STAGES = 1000  # of one Dockerfile
APK_CALLS = 1000  # of apk, in all stages: each is one solving
WAYS = 16  # paths through undecided conditions, each followed separately; beyond: what runs in any case
WAYS_TRIED = 4096  # combinations of branches, before those that are equal for apk are merged
SOLVED_PACKAGES = 100_000  # that are installed before each solving, in all together, and a fortieth of its universe
TRIED_PACKAGES = 50_000  # likewise in what is solved for findings; beyond, a note says that not all was tried
VARIABLE_CHARACTERS = 1 << 19  # to which all variables of a file together may grow
SHELL_STEPS = 50_000  # commands that are followed, in all scripts of a file
SCRIPT_BYTES = 1 << 20  # of one script of a RUN
SHELL_NESTING = 60  # scripts in scripts, and commands in commands
EXPANSION_NESTING = 40  # expansions, braces or conditions within each other
PATTERN_CHARACTERS = 256  # of a shell pattern and its text; no version or name is longer
CUT_CHARACTERS = 128  # of a value on which `${x#pattern}` is tried: the patterns are tried one by one
CUT_STARS = 2  # in such a pattern
VALUE_CHARACTERS = 1 << 16  # of one value; what grows beyond is unknown
VALUE_UNKNOWNS = 256  # unknown parts of one value

# ## Files of a project or of a user
# Beyond: an error, exit 6. A project's config comes with a pull request, so it is bounded like a Dockerfile.
CONFIG_BYTES = 64 << 10  # of config.toml and .apkgraph.toml
CONFIG_KEY_WORDS = 8  # of a dotted key: tomllib needs memory in its square
SAVED_JSON_BYTES = 8 << 20  # of a saved answer (`--against`); it takes up to 30 times as much memory
REPOSITORIES_FILE_BYTES = 1 << 20  # of a list of repositories
REPOSITORY_CHARACTERS = 4096  # of one word of it
REPOSITORIES = 32  # apk's own bound
REPOSITORY_TAGS = 16  # apk's own bound
KEY_BYTES = 64 << 10  # of a public key; Alpine's have 800 bytes
KEY_NAME_CHARACTERS = 255  # it is the name of a file
KEYS = 1024  # files of one directory of keys
SIZE_CHARACTERS = 32  # of a size as it is written; no size is longer
LICENSE_CHARACTERS = 2000  # of a licence expression
LOCK_BYTES = 32 << 20  # of a lock; a desktop of 1,000 packages for eight architectures has 4 MiB
PINS = 5000  # constraints with a version in one file

# ## A mirror's answers
# Beyond: the attempt counts as failed; after the last one exit 4, or the last good index, marked stale.
REDIRECTS = 5  # of one request
RETRY_PAUSE_SECONDS = 10.0  # that a mirror may ask for (Retry-After)
VALIDATOR_CHARACTERS = 1024  # of an ETag or a date; a longer one is not stored
LISTING_BYTES = 1 << 20  # of a page that lists releases or architectures
LISTING_SECONDS = 10  # for such a page, all in all
LISTED_NAMES = 40  # of them in an error message
RELEASES_BYTES = 4 << 20  # of the list of releases; the real one has 100 KiB
RELEASES_SECONDS = 30  # for the list of releases, all in all

# ## The cache
# Beyond: what was used longest ago is removed; an entry that is larger is not used.
CACHED_ARCHIVES_BYTES = 1 << 30  # of all archives together
CACHED_NUMBER = 1 << 40  # of a size in bytes or a time in seconds that an entry may claim
MANIFEST_BYTES = 1 << 20  # of a note of what a compiled universe answers
RANKING_BYTES = 128 << 20  # of one kept ranking; 200,000 names need 30 MiB
RANKINGS = 12  # kept rankings
