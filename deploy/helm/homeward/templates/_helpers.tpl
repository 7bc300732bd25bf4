{{- define "homeward.name" -}}
{{- if contains "homeward" .Release.Name }}{{ .Release.Name | trunc 53 | trimSuffix "-" }}{{ else }}{{ printf "%s-homeward" .Release.Name | trunc 53 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "homeward.selector" -}}
app.kubernetes.io/name: homeward
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "homeward.labels" -}}
{{ include "homeward.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "homeward.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}{{ else }}{{ .Values.image.repository }}:{{ required "image.tag or image.digest" .Values.image.tag }}{{ end }}
{{- end }}

{{- /* homeward.toml. What toJson writes of a text or of a list of texts is TOML as well. */}}
{{- define "homeward.config" -}}
{{- $secret := .Values.secret -}}
[server]
listen = "0.0.0.0:8080"
public_url = {{ .Values.publicUrl | toJson }}
trusted_proxies = {{ .Values.trustedProxies | toJson }}
workers = {{ int64 .Values.workers }}
drain_seconds = {{ int64 .Values.drainSeconds }}

[store]
url = {{ .Values.database.url | toJson }}
{{- with $secret.databasePassword }}
password_file = "/run/secrets/homeward/{{ . }}"
{{- end }}
{{- $redis := .Values.redis }}
{{- if or $redis.url $redis.sentinels $redis.cluster }}

[redis]
{{- with $redis.url }}
url = {{ . | toJson }}
{{- end }}
{{- with $redis.sentinels }}
sentinels = {{ . | toJson }}
{{- end }}
{{- with $redis.master }}
master = {{ . | toJson }}
{{- end }}
{{- with $redis.cluster }}
cluster = {{ . | toJson }}
{{- end }}
{{- with $redis.username }}
username = {{ . | toJson }}
{{- end }}
{{- with $secret.redisPassword }}
password_file = "/run/secrets/homeward/{{ . }}"
{{- end }}
{{- with $redis.sentinelUsername }}
sentinel_username = {{ . | toJson }}
{{- end }}
{{- with $secret.sentinelPassword }}
sentinel_password_file = "/run/secrets/homeward/{{ . }}"
{{- end }}
{{- with .Values.authorities.redis }}
authority = "/etc/homeward/authorities/{{ . }}"
{{- end }}
{{- else if gt (int64 .Values.replicas) 1 }}
{{- fail "several brokers count together in Redis: set one of redis.url, redis.sentinels and redis.cluster, or replicas: 1" }}
{{- end }}

[secrets]
root_key_file = "/run/secrets/homeward/{{ $secret.rootKey }}"

[mail]
host = {{ .Values.mail.host | toJson }}
port = {{ int64 .Values.mail.port }}
tls = {{ .Values.mail.tls | toJson }}
{{- with .Values.mail.username }}
username = {{ . | toJson }}
password_file = "/run/secrets/homeward/{{ $secret.mailPassword }}"
{{- end }}
from = {{ .Values.mail.from | toJson }}
{{- with .Values.mail.replyTo }}
reply_to = {{ . | toJson }}
{{- end }}

[metrics]
listen = "0.0.0.0:9090"

[log]
format = "json"
{{- with .Values.config }}

{{ . | trim }}
{{- end }}
{{ end }}
