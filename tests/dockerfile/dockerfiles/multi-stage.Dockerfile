FROM golang:1.21-alpine3.18 AS builder
RUN apk add --no-cache git make
WORKDIR /src
COPY . .
RUN make

FROM alpine:3.18 AS tools
RUN apk add --no-cache jq

FROM alpine:3.18
RUN apk add --no-cache ca-certificates tzdata
COPY --from=builder /src/app /usr/bin/app
CMD ["app"]
