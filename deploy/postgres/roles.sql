-- The roles come from the migrations without passwords, since the embedded server asks for none.
\getenv app APP_PASSWORD
\getenv relay RELAY_PASSWORD
\getenv projector PROJECTOR_PASSWORD
\getenv webhooks WEBHOOKS_PASSWORD
\getenv notifier NOTIFIER_PASSWORD
\getenv hooks HOOKS_PASSWORD
\getenv auth AUTH_PASSWORD
\getenv gate GATE_PASSWORD
alter role pavilion_app password :'app';
alter role pavilion_relay password :'relay';
alter role pavilion_projector password :'projector';
alter role pavilion_webhooks password :'webhooks';
alter role pavilion_notifier password :'notifier';
alter role pavilion_hooks password :'hooks';
alter role pavilion_auth password :'auth';
alter role pavilion_gate password :'gate';
