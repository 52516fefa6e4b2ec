: adex_conductance.mod - adaptive exponential cell with two exponential conductances and Poisson drive.
: The cell keeps its own potential: the section it sits in holds many cells and computes nothing.
: Method: midpoint, conductances decayed by half a step each time. A positive weight excites, a negative one inhibits.

NEURON {
  THREADSAFE
  POINT_PROCESS AdexConductance
  RANGE start, C_m, g_L, E_L, V_T, Delta_T, a, b, tau_w, V_reset, V_peak, t_ref, I_e
  RANGE tau_excitatory, E_excitatory, tau_inhibitory, E_inhibitory, rate, weight_drive, until
  RANDOM noise
}

PARAMETER {
  start = -65
  C_m = 200
  g_L = 10
  E_L = -65
  V_T = -50
  Delta_T = 2
  a = 4
  b = 40
  tau_w = 500
  V_reset = -65
  V_peak = -40
  t_ref = 5
  I_e = 0
  tau_excitatory = 5
  E_excitatory = 0
  tau_inhibitory = 5
  E_inhibitory = -80
  rate = 0 : Hz
  weight_drive = 0
  until = 1e9
}

ASSIGNED {
  dt
  vm
  w
  g_excitatory
  g_inhibitory
  keep_excitatory
  keep_inhibitory
  free_at
  next
}

INITIAL {
  vm = start
  w = 0
  g_excitatory = 0
  g_inhibitory = 0
  free_at = -1
  keep_excitatory = exp(-dt / 2 / tau_excitatory)
  keep_inhibitory = exp(-dt / 2 / tau_inhibitory)
  next = 1e12
  if (rate > 0) { next = random_negexp(noise) * 1000 / rate }
  net_send(0, 1)
}

BREAKPOINT { SOLVE advance METHOD after_cvode }

PROCEDURE advance() {
  LOCAL half, w_half
  half = vm
  w_half = w + dt / 2 / tau_w * (a * (vm - E_L) - w)
  if (t > free_at + 0.5 * dt) { half = vm + dt / 2 / C_m * (current(vm) - w) }
  decay()
  if (t > free_at + 0.5 * dt) { vm = vm + dt / C_m * (current(half) - w_half) }
  w = w + dt / tau_w * (a * (half - E_L) - w_half)
  decay()
  while (next < t) {
    if (t < until) { g_excitatory = g_excitatory + weight_drive }
    next = next + random_negexp(noise) * 1000 / rate
  }
}

FUNCTION current(x) {
  current = g_L * (E_L - x) + g_excitatory * (E_excitatory - x) + g_inhibitory * (E_inhibitory - x) + I_e
  if (x < V_T + 100) {
    current = current + g_L * Delta_T * exp((x - V_T) / Delta_T)
  } else {
    current = 1e9
  }
}

PROCEDURE decay() {
  g_excitatory = g_excitatory * keep_excitatory
  g_inhibitory = g_inhibitory * keep_inhibitory
}

NET_RECEIVE(weight) {
  if (flag == 0) {
    if (weight > 0) {
      g_excitatory = g_excitatory + weight
    } else {
      g_inhibitory = g_inhibitory - weight
    }
  } else if (flag == 1) {
    WATCH (vm > V_peak) 2
  } else {
    net_event(t)
    vm = V_reset
    w = w + b
    free_at = t + t_ref
  }
}
