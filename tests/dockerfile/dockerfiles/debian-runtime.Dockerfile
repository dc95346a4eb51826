FROM alpine:3.18 AS assets
RUN apk add --no-cache brotli nodejs npm
RUN npm ci && npm run build
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=assets /app/dist /srv
