: lif_current.mod - leaky integrate-and-fire cell with one exponential current and Poisson drive.
: The cell keeps its own potential: the section it sits in holds many cells and computes nothing.
: Method: exact.

NEURON {
  THREADSAFE
  POINT_PROCESS LifCurrent
  RANGE start, C_m, tau_m, E_L, V_th, V_reset, t_ref, I_e, tau_syn, rate, weight_drive, until
  RANDOM noise
}

PARAMETER {
  start = 0
  C_m = 250
  tau_m = 20
  E_L = 0
  V_th = 20
  V_reset = 10
  t_ref = 2
  I_e = 0
  tau_syn = 0.5
  rate = 0 : Hz
  weight_drive = 0
  until = 1e9
}

ASSIGNED {
  dt
  vm
  i_syn
  keep
  keep_syn
  gain
  goal
  free_at
  next
}

INITIAL {
  vm = start
  i_syn = 0
  free_at = -1
  keep = exp(-dt / tau_m)
  keep_syn = exp(-dt / tau_syn)
  gain = tau_syn * tau_m / (C_m * (tau_m - tau_syn)) * (keep - keep_syn)
  goal = E_L + I_e * tau_m / C_m
  next = 1e12
  if (rate > 0) { next = random_negexp(noise) * 1000 / rate }
  net_send(0, 1)
}

BREAKPOINT { SOLVE advance METHOD after_cvode }

PROCEDURE advance() {
  if (t > free_at + 0.5 * dt) { vm = goal + (vm - goal) * keep + gain * i_syn }
  i_syn = i_syn * keep_syn
  while (next < t) {
    if (t < until) { i_syn = i_syn + weight_drive }
    next = next + random_negexp(noise) * 1000 / rate
  }
}

NET_RECEIVE(w) {
  if (flag == 0) {
    i_syn = i_syn + w
  } else if (flag == 1) {
    WATCH (vm > V_th) 2
  } else {
    net_event(t)
    vm = V_reset
    free_at = t + t_ref
  }
}
