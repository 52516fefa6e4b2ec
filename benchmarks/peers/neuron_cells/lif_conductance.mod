: lif_conductance.mod - leaky integrate-and-fire cell with two exponential conductances and Poisson drive.
: The cell keeps its own potential: the section it sits in holds many cells and computes nothing.
: Method: exponential Euler; conductances exact. A positive weight excites, a negative one inhibits.

NEURON {
  THREADSAFE
  POINT_PROCESS LifConductance
  RANGE start, C_m, g_L, E_L, V_th, V_reset, t_ref, I_e
  RANGE tau_excitatory, E_excitatory, tau_inhibitory, E_inhibitory, rate, weight_drive, until
  RANDOM noise
}

PARAMETER {
  start = -60
  C_m = 200
  g_L = 10
  E_L = -60
  V_th = -50
  V_reset = -60
  t_ref = 5
  I_e = 0
  tau_excitatory = 5
  E_excitatory = 0
  tau_inhibitory = 10
  E_inhibitory = -80
  rate = 0 : Hz
  weight_drive = 0
  until = 1e9
}

ASSIGNED {
  dt
  vm
  g_excitatory
  g_inhibitory
  keep_excitatory
  keep_inhibitory
  free_at
  next
}

INITIAL {
  vm = start
  g_excitatory = 0
  g_inhibitory = 0
  free_at = -1
  keep_excitatory = exp(-dt / tau_excitatory)
  keep_inhibitory = exp(-dt / tau_inhibitory)
  next = 1e12
  if (rate > 0) { next = random_negexp(noise) * 1000 / rate }
  net_send(0, 1)
}

BREAKPOINT { SOLVE advance METHOD after_cvode }

PROCEDURE advance() {
  LOCAL total, goal
  if (t > free_at + 0.5 * dt) {
    total = g_L + g_excitatory + g_inhibitory
    goal = (g_L * E_L + g_excitatory * E_excitatory + g_inhibitory * E_inhibitory + I_e) / total
    vm = goal + (vm - goal) * exp(-dt * total / C_m)
  }
  g_excitatory = g_excitatory * keep_excitatory
  g_inhibitory = g_inhibitory * keep_inhibitory
  while (next < t) {
    if (t < until) { g_excitatory = g_excitatory + weight_drive }
    next = next + random_negexp(noise) * 1000 / rate
  }
}

NET_RECEIVE(w) {
  if (flag == 0) {
    if (w > 0) {
      g_excitatory = g_excitatory + w
    } else {
      g_inhibitory = g_inhibitory - w
    }
  } else if (flag == 1) {
    WATCH (vm > V_th) 2
  } else {
    net_event(t)
    vm = V_reset
    free_at = t + t_ref
  }
}
