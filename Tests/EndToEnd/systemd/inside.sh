#!/usr/bin/env bash
# Runs inside the booted system, as a oneshot unit, and tells what it sees in lines of NAME=VALUE on the file $1.
exec >"$1" 2>/dev/null
trap finish EXIT

tell() { echo "$1=$2"; }
show() { systemctl show annscope -p "$1" --value; }
# The status of a GET, over TCP.
get() {
  exec 3<>/dev/tcp/127.0.0.1/7700 || { echo refused; return; }
  printf 'GET %s HTTP/1.1\r\nHost: 127.0.0.1:7700\r\nConnection: close\r\n' "$1" >&3
  [ -z "${2:-}" ] || printf '%s\r\n' "$2" >&3
  printf '\r\n' >&3
  read -r _ status _ <&3
  exec 3>&-
  echo "${status:-none}"
}
until_true() { for _ in $(seq 300); do eval "$1" && return; sleep 0.1; done; tell gave_up_on "$1"; exit; }
finish() {
  echo --- log
  journalctl -u annscope -u annscope.socket -o short-monotonic --no-hostname | tail -100
}

systemd-sysusers
systemd-tmpfiles --create annscope.conf

# Ready.
systemctl start annscope
tell start "$?"
[ "$(show ActiveState)" = active ] || exit
tell state "$(show ActiveState)"
tell health "$(get /healthz)"
until_true '[ "$(get /readyz)" = 200 ]'
until_true '[[ "$(show StatusText)" == *indexes* ]]'
tell status_text "$(show StatusText)"
main=$(show MainPID)
tell user "$(awk '/^Uid/ {print $2}' /proc/$main/status)"
tell capabilities "$(awk '/^CapEff/ {print $2}' /proc/$main/status)"
tell no_new_privileges "$(awk '/^NoNewPrivs/ {print $2}' /proc/$main/status)"
tell seccomp "$(awk '/^Seccomp:/ {print $2}' /proc/$main/status)"
tell background_niceness "$(ps -L -o ni= -p $main 2>/dev/null | sort -n | tail -1 | tr -d ' ')"
tell state_folder "$(stat -L -c %a /var/lib/annscope)"

# Reload: taken over by the same process, or refused with the reason.
sed 's/^#level = .*/level = "info"/' /etc/annscope/annscope.toml > /tmp/new && cat /tmp/new > /etc/annscope/annscope.toml
systemctl reload annscope
tell reload "$?"
until_true 'journalctl -u annscope -o cat | grep -q "configuration read again changed=log.level"'
tell state_after_reload "$(show ActiveState)"
echo 'pahts = []' | cat - /tmp/new > /etc/annscope/annscope.toml
systemctl reload annscope
until_true '[[ "$(show StatusText)" == *"did you mean paths"* ]]'
tell status_of_bad_reload "$(show StatusText)"
tell state_after_bad_reload "$(show ActiveState)"
cat /tmp/new > /etc/annscope/annscope.toml
tell same_process "$([ "$main" = "$(show MainPID)" ] && echo yes)"
tell priority "$(journalctl -u annscope -o json | grep 'the configuration is wrong' | grep -o '"PRIORITY":"[0-9]"' | head -1)"

# Watchdog: a daemon that stands still is killed and started again.
kill -STOP "$main"
until_true '[ "$(show NRestarts)" = 1 ] && [ "$(show ActiveState)" = active ]'
tell restarts "$(show NRestarts)"
tell watchdog "$(journalctl -u annscope -o cat | grep -c 'Watchdog timeout')"
tell health_after_watchdog "$(get /healthz)"

# Tokens that only root can read.
(umask 077; annscope make-token viewer anna > /etc/annscope/tokens)
systemctl restart annscope
tell without_token "$(get /api/v1/indexes)"
tell with_token "$(get /api/v1/indexes "Authorization: Bearer $(cut -d' ' -f3 /etc/annscope/tokens)")"
tell token_in_log "$(journalctl -u annscope | grep -c -F "$(cut -d' ' -f3 /etc/annscope/tokens)")"
rm /etc/annscope/tokens

# A clean stop.
systemctl stop annscope
tell result "$(show Result)"
tell exit_status "$(show ExecMainStatus)"
tell state_after_stop "$(show ActiveState)"

# The first visitor starts the service.
systemctl start annscope.socket
tell state_before_visitor "$(show ActiveState)"
tell health_by_socket "$(get /healthz)"
tell state_after_visitor "$(show ActiveState)"
tell unix_socket "$(stat -c '%U:%G %a' /run/annscope.socket)"
systemctl stop annscope.socket annscope
tell socket_result "$(show Result)"
