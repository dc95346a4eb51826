FROM cgr.dev/chainguard/wolfi-base AS build
RUN apk update && apk add build-base go-1.21
COPY . /src
RUN cd /src && go build -o /out/app .
FROM alpine:3.18
COPY --from=build /out/app /usr/bin/app
RUN apk add --no-cache gcompat
