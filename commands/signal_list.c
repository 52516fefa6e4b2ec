/* signal_list.c — the signals of a result. See signal_list.h. */
#include "signal_list.h"

const struct signal_row signal_list[] = {
    {"/rates/<population>", "Hz", "mean firing rate of its cells"},
    {"/drugs/plasma_<drug>", "uM", "drug in plasma, total"},
    {"/drugs/brain_<drug>", "uM", "drug in the brain, free at the receptor"},
    {"/block/<population>_<pathway>_<subunit>", "1",
     "share of the subunit's NMDA conductance that is blocked"},
    {"/maps/<region>/glutamate", "uM", "extracellular glutamate"},
    {"/maps/<region>/nmda_block", "1", "blocked share of NMDA charge"},
    {"/maps/<region>/bdnf", "1", "BDNF, relative to baseline"},
    {"/maps/<region>/mtorc1", "1", "activity of mTORC1, relative to baseline"},
    {"/maps/<region>/ampa_weight", "1", "mean AMPA weight of recurrent synapses, of its start"},
    {"/maps/<region>/spine_density", "1/um", "spines per length of dendrite"},
    {"/maps/<region>/synapse_count", "1", "plastic synapses onto the cells of the site"},
    {"/slow/<variable>", "as stated", "slow variables: means over a region or the body, with their spread"},
    {"/plasticity/turnover/formed_<pathway>", "1", "synapses formed since the row before"},
    {"/plasticity/turnover/removed_<pathway>", "1", "synapses lost since the row before"},
    {"/plasticity/turnover/alive_<pathway>", "1", "synapses now"},
    {"/spikes/<region>/timestamps", "ms", "time of every spike"},
    {"/spikes/<region>/node_ids", "1", "cell of every spike"},
};
const int n_signal_list = (int)(sizeof signal_list / sizeof *signal_list);
