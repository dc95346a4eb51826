FROM node:20-alpine3.18 AS base
RUN apk add --no-cache libc6-compat

FROM base AS deps
WORKDIR /app
COPY package.json yarn.lock* package-lock.json* ./
RUN apk add --no-cache --virtual .gyp python3 make g++ \
 && if [ -f yarn.lock ]; then yarn --frozen-lockfile; \
    elif [ -f package-lock.json ]; then npm ci; \
    else echo "Lockfile not found." && exit 1; \
    fi \
 && apk del .gyp

FROM base AS runner
WORKDIR /app
RUN addgroup --system --gid 1001 nodejs
COPY --from=deps /app/node_modules ./node_modules
CMD ["node", "server.js"]
