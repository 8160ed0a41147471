#pragma once
int annscope_mapped_abi(void);
