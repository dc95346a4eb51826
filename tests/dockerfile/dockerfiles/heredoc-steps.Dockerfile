# syntax=docker/dockerfile:1.4
FROM alpine:3.18
RUN --mount=type=cache,target=/var/cache/apk <<"END-OF-RUN" sh -e
apk update
apk add git \
  openssh-client \
  # not a package but a comment
for tool in less vim; do
  apk add "$tool"
done
END-OF-RUN
RUN <<-EOT
	set -ex
	apk add --no-cache nodejs npm
	npm install --global yarn
EOT
