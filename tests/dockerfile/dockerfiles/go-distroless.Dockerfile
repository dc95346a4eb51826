FROM golang:1.21-alpine3.18 AS build
RUN apk --no-cache add gcc musl-dev
COPY . /src
RUN cd /src && go build -ldflags '-linkmode external -extldflags "-static"' -o /app .
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /app /app
